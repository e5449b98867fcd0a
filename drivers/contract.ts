/**
 * The one contract of the drivers folder.
 *
 * `identify` devices emit credentials, `scan` devices emit the text of codes, `print` devices take jobs
 * and answer with what really happened on paper. Whoever uses a device sees nothing of ports, frames or
 * retries: a device is started once, survives every unplugging, and `status()` says how it is.
 */
import type { Counts, LineCounter } from './base/counters.ts';
import type { DriverErrorCode } from './errors.ts';

/** A length of time. A plain number is accepted; another branded number is not. */
export type Milliseconds = number & { readonly __brand?: 'Milliseconds' };

type CredentialKind = 'id-card' | 'social-security-card' | 'ec-code' | 'face';

/**
 * What an identify device read. Field names are the national platform's.
 * A credential is whole or it is not emitted: there is no partial identity.
 * `expiry` is a fact, not a verdict: whether today is past it is decided by who knows what day it is.
 */
export interface Credential {
  kind: CredentialKind;
  /** '01' 电子凭证, '02' 身份证, '03' 社保卡. */
  mdtrt_cert_type: '01' | '02' | '03';
  /** '01' 居民身份证, '07' 外国人永久居留, '17' 港澳台居住证. */
  psn_cert_type: string;
  /** Check digit verified (GB 11643) wherever the kind of number has one. */
  certno: string;
  psn_name: string;
  gend: '1' | '2' | '9';
  /** YYYY-MM-DD */
  brdy: string;
  /** YYYY-MM-DD, or null for 长期. */
  expiry: string | null;
  /** Evidence kept with the settlement: which driver, and the SAM that checked the card. */
  device: { driver: string; sam?: string };
}

/**
 * absent: no such device at that address. starting: opened, not yet answered. ready: it answers; of a
 * device that only speaks, its line is open, and nothing more is known. fault: there, but it cannot do its
 * work; `code` says why.
 */
export type DeviceState = 'absent' | 'starting' | 'ready' | 'fault';

export interface DeviceStatus<Counter extends string = LineCounter> {
  readonly state: DeviceState;
  /** Why it is not ready; beside `ready` a warning (PRINTER_PAPER_LOW), else null. */
  readonly code: DriverErrorCode | null;
  /** Epoch milliseconds, by the handed-in clock, of the last change of state or code. */
  readonly since: number;
  readonly counters: Counts<Counter>;
  readonly identity: DeviceIdentity;
}

export interface DeviceIdentity {
  readonly model?: string;
  readonly serial?: string;
  readonly firmware?: string;
  /** Number of the security module inside an identity-card reader, as printed on its case. */
  readonly sam?: string;
}

/** An open line. After `onClose` was called nothing more arrives and every write rejects. */
export interface Channel {
  /** Resolves when the operating system has taken the bytes, which is not "the device has them". */
  write(bytes: Uint8Array): Promise<void>;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Called once, however the line ended; `why` is English, for the log. */
  onClose(listener: (why: string) => void): void;
  /** Never rejects; a second call does nothing. */
  close(): Promise<void>;
}

export interface Transport {
  readonly name: string;
  /** Rejects when the device is not there. Every call looks the address up anew. */
  open(): Promise<Channel>;
}

export interface Clock {
  now(): number;
  setTimeout(fn: () => void, ms: Milliseconds): unknown;
  clearTimeout(handle: unknown): void;
}

/** One line for the engineer's log; `detail` never names a person. */
export type DeviceLog = (entry: { device: string; code: DriverErrorCode; detail: string }) => void;

/** What a driver is given beside its line. */
export interface DriverContext {
  readonly clock: Clock;
  readonly log: DeviceLog;
}

/** Calling it takes the listener away again. */
export type Unsubscribe = () => void;

export type DeviceRole = 'identify' | 'print' | 'scan';

interface Device {
  /** From the settings; unique among the devices of a clinic. */
  readonly id: string;
  /** Name in the registry: 'sdt', 'escpos'. */
  readonly driver: string;
  /** What the doctor calls it: 读卡器. */
  readonly title: string;
  readonly role: DeviceRole;
  start(): void;
  /** Resolves when the line is closed and no timer is left; a stopped device may be started again. */
  stop(): Promise<void>;
  status(): DeviceStatus;
  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe;
}

export interface IdentifyDevice extends Device {
  readonly role: 'identify';
  onCredential(listener: (credential: Credential) => void): Unsubscribe;
  /** A card or frame was refused: shown to the doctor, who lays the card down again. */
  onProblem(listener: (code: DriverErrorCode) => void): Unsubscribe;
}

/** One code that was scanned. What it means (trace code, bar code, 医保码) is decided by whoever uses it. */
export interface Scan {
  /**
   * The data of the code without the prefix and suffix that the scanner adds, decoded from UTF-8 or what
   * the profile names. GS (1D) stays: it ends a field of a GS1 code.
   */
  readonly text: string;
  /** Kind of code where the scanner says it; symbology.ts has the identifiers. */
  readonly symbology?: Symbology;
}

/** Kinds of codes that have a name. UPC-A is an EAN-13 that begins with 0. */
export type Symbology =
  | 'Aztec'
  | 'Codabar'
  | 'Code 39'
  | 'Code 93'
  | 'Code 128'
  | 'Data Matrix'
  | 'EAN-8'
  | 'EAN-13'
  | 'GS1-128'
  | 'GS1 DataBar'
  | 'GS1 Data Matrix'
  | 'GS1 QR'
  | 'Han Xin'
  | 'Interleaved 2 of 5'
  | 'PDF417'
  | 'QR';

export interface ScanDevice extends Device {
  readonly role: 'scan';
  /** One scan is one event; the same code scanned twice is two. */
  onScan(listener: (scan: Scan) => void): Unsubscribe;
  /** A scan was refused: shown to the doctor, who scans again. */
  onProblem(listener: (code: DriverErrorCode) => void): Unsubscribe;
}

export type PrintOutcome =
  /** The printer worked through the whole job and reported no trouble. */
  | { result: 'printed' }
  /** Nothing reached the paper: the same job may be sent again as an original. */
  | { result: 'not-printed'; code: DriverErrorCode }
  /** Part or all of it may be on paper: whatever follows must be marked 补打. */
  | { result: 'unsure'; code: DriverErrorCode };

export interface PrintDevice extends Device {
  readonly role: 'print';
  /** Never rejects. One job at a time: a second one meanwhile is `not-printed` with PRINTER_BUSY. */
  print(job: Uint8Array): Promise<PrintOutcome>;
}

/** What whoever owns the queue of slips needs of a printer. */
export type Printer = Pick<PrintDevice, 'status' | 'print'>;

export type AnyDevice = IdentifyDevice | PrintDevice | ScanDevice;
