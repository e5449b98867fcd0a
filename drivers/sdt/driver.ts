/**
 * Driver of second-generation identity-card readers: search, select, read, and emit the person once for
 * each time a card is laid down. A read that was not whole in every byte emits nothing but a problem.
 */

import { type DeviceSetup, LineDevice } from '../base/line-device.ts';
import type { Listeners } from '../base/listeners.ts';
import type { Waiter } from '../base/waiter.ts';
import type { Channel, Credential, IdentifyDevice, Unsubscribe } from '../contract.ts';
import type { Driver } from '../descriptor.ts';
import { type DriverErrorCode, DriverProblem } from '../errors.ts';
import { isCardTrouble, type Reply, SW3 } from './codec.ts';
import { Conversation, isLineTrouble } from './conversation.ts';
import { SDT_COUNTERS, type SdtCounter } from './counters.ts';
import { SDT_STANDARD, type SdtProfile } from './profile.ts';
import { decodeText, samIdText, textOfRead } from './text.ts';

/** What is known of the card that lies there now; begun anew when the reader finds none. */
interface CardPresence {
  /** Number that was emitted, so that a reader that finds a lying card again does not emit it twice. */
  emitted: string | null;
  /** Refusals of the card in a row. */
  tries: number;
  /** The doctor has been told once; a page that repeats itself is not read. */
  reported: boolean;
}
const newPresence = (): CardPresence => ({ emitted: null, tries: 0, reported: false });

export class SdtReader extends LineDevice<SdtCounter> implements IdentifyDevice {
  readonly role = 'identify';
  readonly driver = 'sdt';
  readonly #profile: SdtProfile;
  readonly #credentials: Listeners<Credential> = this.listeners();
  readonly #problems: Listeners<DriverErrorCode> = this.listeners();
  #presence = newPresence();
  #sam = '';

  constructor(setup: DeviceSetup, profile: SdtProfile) {
    super(setup, profile, SDT_COUNTERS);
    this.#profile = profile;
  }

  onCredential(listener: (credential: Credential) => void): Unsubscribe {
    return this.#credentials.add(listener);
  }
  onProblem(listener: (code: DriverErrorCode) => void): Unsubscribe {
    return this.#problems.add(listener);
  }

  protected async session(channel: Channel, waiter: Waiter): Promise<void> {
    const talk = new Conversation(channel, waiter, this.#profile, this.count);
    this.#presence = newPresence();
    await talk.settle();
    await this.#identify(talk);
    for (;;) {
      try {
        await this.#poll(talk);
        this.set('ready', null);
      } catch (error) {
        if (!isLineTrouble(error)) throw error;
        await talk.settle();
      }
      await waiter.sleep(this.#profile.findPauseMs);
    }
  }

  async #identify(talk: Conversation): Promise<void> {
    const reply = await talk.ask('samId');
    const sam = reply.sw3 === SW3.ok ? samIdText(reply.data) : null;
    if (sam === null) throw new DriverProblem('SDT_SAM_FAULT', 'no SAM id');
    this.#sam = sam;
    this.identify({ model: this.#profile.name, serial: sam, sam });
  }

  async #poll(talk: Conversation): Promise<void> {
    const found = await talk.ask('find');
    if (found.sw3 === SW3.noCard) return this.#cardLeft();
    if (found.sw3 !== SW3.found) throw samFault(found);
    try {
      const selected = await talk.ask('select');
      if (selected.sw3 !== SW3.ok) return this.#onCardError(selected);
      const read = await talk.ask('read');
      if (read.sw3 !== SW3.ok) return this.#onCardError(read);
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
    this.#presence.tries = 0;
    this.#presence.reported = false;
    if (card.certno === this.#presence.emitted) return;
    this.#presence.emitted = card.certno;
    this.count('credentials');
    this.#credentials.emit({
      kind: 'id-card',
      mdtrt_cert_type: '02',
      ...card,
      device: { driver: this.driver, sam: this.#sam },
    });
  }

  /** While a card is being laid down the reader may see it and fail; only lasting trouble is reported. */
  #onCardError(reply: Reply): void {
    if (!isCardTrouble(reply.sw3)) throw samFault(reply);
    this.#presence.tries += 1;
    if (this.#presence.tries >= this.#profile.cardTriesMax) this.#refuse('SDT_CARD_READ');
  }

  #cardLeft(): void {
    // Taken away, or given up by the reader, before it was read: unreported, the doctor would wait.
    if (this.#presence.tries > 0) this.#refuse('SDT_CARD_READ');
    this.#presence = newPresence();
  }

  #refuse(code: DriverErrorCode): void {
    this.count('refused');
    if (this.#presence.reported) return;
    this.#presence.reported = true;
    this.#problems.emit(code);
  }
}

function samFault(reply: Reply): DriverProblem {
  return new DriverProblem('SDT_SAM_FAULT', `sw3 ${reply.sw3.toString(16)}`);
}

export const sdt: Driver<IdentifyDevice> = {
  name: 'sdt',
  role: 'identify',
  title: '读卡器',
  places: ['serial', 'tcp'],
  line: SDT_STANDARD,
  counters: SDT_COUNTERS,
  create: (setup) => new SdtReader(setup, SDT_STANDARD),
};
