/**
 * What stands in the clinic: which device, of which make and number, with which firmware. The page shows
 * it, presence sends it to the township, and signed updates will be chosen by it. Pure.
 */
import type { AnyDevice, DeviceRole, DeviceState } from '../drivers/contract.ts';
import type { DriverErrorCode } from '../drivers/errors.ts';

/** What the inventory needs of a device: the drivers' devices fit as they are. */
export type Inventoried = Pick<AnyDevice, 'id' | 'role' | 'driver' | 'status'>;

/** A field that the device did not report is null, never a guess. */
interface InventoryEntry {
  readonly id: string;
  readonly role: DeviceRole;
  readonly driver: string;
  readonly state: DeviceState;
  readonly code: DriverErrorCode | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly sam: string | null;
}

/** What devices say of themselves goes onto the page and the wire, so it is kept short. */
const TEXT_CHARACTERS_MAX = 64;

/** In order of id, so that two inventories of the same devices are equal. */
export function inventoryOf(devices: readonly Inventoried[]): InventoryEntry[] {
  return devices.map(entryOf).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function entryOf(device: Inventoried): InventoryEntry {
  const { state, code, identity } = device.status();
  return {
    id: device.id,
    role: device.role,
    driver: device.driver,
    state,
    code,
    model: cleaned(identity.model),
    serial: cleaned(identity.serial),
    firmware: cleaned(identity.firmware),
    sam: cleaned(identity.sam),
  };
}

function cleaned(text: string | undefined): string | null {
  const clean = (text ?? '').replace(/\p{C}/gu, '').trim().slice(0, TEXT_CHARACTERS_MAX);
  return clean === '' ? null : clean;
}
