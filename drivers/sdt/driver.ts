/**
 * Driver of second-generation identity-card readers: search, select, read, and emit the person once for
 * each time a card is laid down. A read that was not whole in every byte emits nothing but a problem.
 */

import { Listeners } from '../base/listeners.ts';
import { Supervisor } from '../base/supervisor.ts';
import type { Waiting } from '../base/waiter.ts';
import type {
  Channel,
  Credential,
  DeviceStatus,
  IdentifyDevice,
  Outside,
  Transport,
  Unsubscribe,
} from '../contract.ts';
import { type DriverErrorCode, DriverProblem } from '../errors.ts';
import { isCardTrouble, type Reply, SW3 } from './codec.ts';
import { Conversation, isLineTrouble } from './conversation.ts';
import type { SdtProfile } from './profile.ts';
import { decodeText, samIdText, textOfRead } from './text.ts';

/** What is known of the card that lies there now; begun anew when the reader finds none. */
interface Stay {
  /** Number that was emitted, so that a reader that finds a lying card again does not emit it twice. */
  emitted: string | null;
  /** Refusals of the card in a row. */
  tries: number;
  /** The doctor has been told once; a page that repeats itself is not read. */
  told: boolean;
}
const newStay = (): Stay => ({ emitted: null, tries: 0, told: false });

export class SdtReader implements IdentifyDevice {
  readonly role = 'identify';
  readonly driver = 'sdt';
  readonly id: string;
  readonly #profile: SdtProfile;
  readonly #supervisor: Supervisor;
  readonly #credentials: Listeners<Credential>;
  readonly #problems: Listeners<DriverErrorCode>;
  #stay = newStay();
  #sam = '';

  constructor(id: string, transport: Transport, outside: Outside, profile: SdtProfile) {
    this.id = id;
    this.#profile = profile;
    this.#supervisor = new Supervisor({
      ...outside,
      id,
      transport,
      reopenMsMin: profile.reopenMsMin,
      reopenMsMax: profile.reopenMsMax,
      session: (channel, waiting) => this.#session(channel, waiting),
    });
    this.#credentials = new Listeners((error) => this.#supervisor.fault(error));
    this.#problems = new Listeners((error) => this.#supervisor.fault(error));
  }

  start(): void {
    this.#supervisor.start();
  }
  stop(): Promise<void> {
    return this.#supervisor.stop();
  }
  status(): DeviceStatus {
    return this.#supervisor.status();
  }
  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#supervisor.onStatus(listener);
  }
  onCredential(listener: (credential: Credential) => void): Unsubscribe {
    return this.#credentials.add(listener);
  }
  onProblem(listener: (code: DriverErrorCode) => void): Unsubscribe {
    return this.#problems.add(listener);
  }

  async #session(channel: Channel, waiting: Waiting): Promise<void> {
    const talk = new Conversation(channel, waiting, this.#profile, (name, by) =>
      this.#supervisor.count(name, by),
    );
    this.#stay = newStay();
    await talk.settle();
    await this.#meet(talk);
    for (;;) {
      try {
        await this.#look(talk);
        this.#supervisor.set('ready', null);
      } catch (error) {
        if (!isLineTrouble(error)) throw error;
        await talk.settle();
      }
      await waiting.sleep(this.#profile.findPauseMs);
    }
  }

  async #meet(talk: Conversation): Promise<void> {
    const reply = await talk.ask('samId');
    const sam = reply.sw3 === SW3.ok ? samIdText(reply.data) : null;
    if (sam === null) throw new DriverProblem('SDT_SAM_FAULT', 'no SAM id');
    this.#sam = sam;
    this.#supervisor.identify({ model: this.#profile.name, serial: sam, sam });
  }

  async #look(talk: Conversation): Promise<void> {
    const found = await talk.ask('find');
    if (found.sw3 === SW3.noCard) return this.#cardLeft();
    if (found.sw3 !== SW3.found) throw samFault(found);
    try {
      const selected = await talk.ask('select');
      if (selected.sw3 !== SW3.ok) return this.#cardSaidNo(selected);
      const read = await talk.ask('read');
      if (read.sw3 !== SW3.ok) return this.#cardSaidNo(read);
      this.#take(read);
    } catch (error) {
      // The reader believes it has given the card away: only laying it down again brings another read.
      if (isLineTrouble(error)) this.#refuse(error.code);
      throw error;
    }
  }

  #take(read: Reply): void {
    const block = textOfRead(read.data);
    const card = block ? decodeText(block) : 'IDCARD_TEXT_INVALID';
    if (typeof card === 'string') {
      this.#refuse(card);
      return;
    }
    this.#stay.tries = 0;
    this.#stay.told = false;
    if (card.certno === this.#stay.emitted) return;
    this.#stay.emitted = card.certno;
    this.#supervisor.count('credentials');
    this.#credentials.tell({
      kind: 'id-card',
      mdtrt_cert_type: '02',
      ...card,
      device: { driver: this.driver, sam: this.#sam },
    });
  }

  /** While a card is being laid down the reader may see it and fail; only lasting trouble is told. */
  #cardSaidNo(reply: Reply): void {
    if (!isCardTrouble(reply.sw3)) throw samFault(reply);
    this.#stay.tries += 1;
    if (this.#stay.tries >= this.#profile.cardTriesMax) this.#refuse('SDT_CARD_READ');
  }

  #cardLeft(): void {
    // Taken away, or given up by the reader, before it was read: without a word the doctor would wait.
    if (this.#stay.tries > 0) this.#refuse('SDT_CARD_READ');
    this.#stay = newStay();
  }

  #refuse(code: DriverErrorCode): void {
    this.#supervisor.count('refused');
    if (this.#stay.told) return;
    this.#stay.told = true;
    this.#problems.tell(code);
  }
}

function samFault(reply: Reply): DriverProblem {
  return new DriverProblem('SDT_SAM_FAULT', `sw3 ${reply.sw3.toString(16)}`);
}
