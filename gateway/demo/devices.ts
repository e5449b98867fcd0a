import type { Clock, Milliseconds } from '../../drivers/contract.ts';
import { decodeJob } from '../../drivers/escpos/job.ts';
import { EscposOnTcp } from '../../drivers/escpos/simulator-on-tcp.ts';
import { SdtSimulator } from '../../drivers/sdt/simulator.ts';
import type { DeviceSettings } from '../../drivers/settings.ts';
import { OnPty } from '../../drivers/simulator/on-pty.ts';
import type { Person } from '../../sync/contract/datasets/roster.ts';

/** A card on the panel: whose it is, and what it is there to show. */
export interface DemoCard {
  id: string;
  name: string;
  note: string;
  certno: string;
  gend: string;
  brdy: string;
}

const SLIPS_SHOWN = 20;

export const cardOf = ({ psn_no, psn_name, certno, gend, brdy }: Person, note: string): DemoCard => ({
  id: psn_no,
  name: psn_name,
  note,
  certno,
  gend,
  brdy,
});

/** The devices of the demo, and what a hand does with them. */
export interface DemoDevices {
  readonly reader: OnPty<SdtSimulator>;
  readonly printer: EscposOnTcp;
  /** What a gateway's settings say to reach them. */
  settings(): DeviceSettings[];
  putCard(card: DemoCard): void;
  liftCard(): void;
  card(): DemoCard | null;
  /** The last slips that came out of the printer, as a person reads them. */
  slips(): { at: string; lines: readonly string[]; reprint: boolean }[];
  stop(): Promise<void>;
}

/** A reader on a pseudo-terminal and a printer on a TCP port: real protocols, played from the other side. */
export async function startDemoDevices(options: {
  readerLink: string;
  printerPort: number;
  lineMs: Milliseconds;
  clock: Clock;
}): Promise<DemoDevices> {
  const reader = new OnPty(new SdtSimulator(), options.readerLink);
  const printer = new EscposOnTcp(
    { clock: options.clock, lineMs: options.lineMs, afterStop: 'resume' },
    '127.0.0.1',
    options.printerPort,
  );
  await reader.plugIn();
  await printer.powerOn();
  let card: DemoCard | null = null;
  const printedAt: string[] = [];

  function noteNewSlips(): void {
    while (printedAt.length < printer.printer.slips.length)
      printedAt.push(new Date(options.clock.now()).toISOString());
  }

  return {
    reader,
    printer,
    settings: () => [
      { id: 'idcard', driver: 'sdt', place: { kind: 'serial', path: reader.link } },
      { id: 'slip', driver: 'escpos', place: { kind: 'tcp', host: printer.host, port: printer.port } },
    ],
    putCard(next: DemoCard) {
      card = next;
      reader.simulator.putCard({
        layout: ' ',
        name: next.name,
        sex: next.gend,
        birth: next.brdy.replaceAll('-', ''),
        number: next.certno,
        expiry: '长期',
        address: '演示县永安镇张庄村',
        authority: '演示县公安局',
      });
    },
    liftCard() {
      card = null;
      reader.simulator.liftCard();
    },
    card: () => card,
    slips() {
      noteNewSlips();
      return printer.printer.slips.slice(-SLIPS_SHOWN).map((slip, index) => {
        const { lines } = decodeJob(slip.bytes);
        return { at: printedAt[index] ?? '', lines, reprint: lines.some((line) => line.includes('补打')) };
      });
    },
    async stop() {
      await reader.pull();
      await printer.powerOff();
    },
  };
}
