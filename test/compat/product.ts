/** All that these tests use of the product: when a file moves, only this list changes. */

export type { Credential } from '../../drivers/contract.ts';
export { decodeJob } from '../../drivers/escpos/job.ts';
export { type Box, enrolledBox } from '../../gateway/clinic/enrol.ts';
export { createEntitlement } from '../../gateway/clinic/entitlement.ts';
export { slipContent } from '../../gateway/clinic/slip/content.ts';
export { createDesk, type SettledVisit } from '../../gateway/clinic/visit/desk.ts';
export type { Draft } from '../../gateway/clinic/visit/draft-shape.ts';
export { faultOfDataset, followReference } from '../../gateway/clinic/visit/reference.ts';
export { settlementBody } from '../../gateway/clinic/visit/settle.ts';
export { startDemoDevices } from '../../gateway/demo/devices.ts';
export { createLedger, createSealer, type LedgerParts } from '../../gateway/ledger/index.ts';
export { openSqliteStore, type Store } from '../../gateway/ledger/store/index.ts';
export {
  backupLedger,
  exportLedger,
  rebuildLedger,
  replayLedger,
  restoreLedger,
  verifyLedger,
} from '../../gateway/ledger/tools/index.ts';
export { freePort, realClock } from '../../gateway/real.ts';
export { openStateDir, type StateDir } from '../../gateway/state-dir.ts';
export { hashPin } from '../../gateway/web/pin.ts';
export { explain, parseYuan } from '../../policy/index.ts';
export { createModelBroker, NO_FAULTS } from '../../sync/bus/model.ts';
export type { Bus } from '../../sync/bus/port.ts';
export { checkCertificate, makeTlsKey, publicTlsKey } from '../../sync/clinic/certificate.ts';
export { createLink } from '../../sync/clinic/link.ts';
export { boxLogin, enrolLogin } from '../../sync/clinic/login.ts';
export { presenceWill } from '../../sync/clinic/presence.ts';
export type { SettlementBody } from '../../sync/contract/bodies/settlement.ts';
export { DATASET_CONTENTS } from '../../sync/contract/datasets/contents.ts';
export { AnswerFrame, Ask, AskPayload, Enrolment, PRESENTED_MARK } from '../../sync/contract/enrolment.ts';
export { ExportLine } from '../../sync/contract/export-line.ts';
export { jsonOf, openDown, openUp, readPresence } from '../../sync/contract/frame.ts';
export { Hello, Objection as Finding, Receipt } from '../../sync/contract/messages.ts';
export {
  BODIES,
  isSettlement,
  type LedgerRecord,
  type RecordKind,
  recordShape,
} from '../../sync/contract/record.ts';
export { shapeOf } from '../../sync/contract/shape.ts';
export { SlipProof } from '../../sync/contract/slip-proof.ts';
export { boxName, parseTopic } from '../../sync/contract/topics.ts';
export { SyncError } from '../../sync/errors.ts';
export type { Clock, Log, Random } from '../../sync/ports.ts';
export { keysByKid, openDataset, roleOf, signDataset } from '../../sync/record/dataset.ts';
export {
  deriveRendezvous as meetingOf,
  enrolmentPsk as doorKey,
  makeCode,
  parseCode,
} from '../../sync/record/enrolment-code.ts';
export { compactOf, type JwsParts, payloadOf, signJws, type Typ, verifyJws } from '../../sync/record/jws.ts';
export {
  dataKeyFile,
  makeBoxKeys,
  makeTownshipKeys,
  readBoxKeys,
  readDataKey,
  readRecoveryKey,
  readRoleKey,
  readTownshipKeys,
} from '../../sync/record/key-file.ts';
export { fromBase64url, importPublicKey, signingKeyOfSeed } from '../../sync/record/keys.ts';
export { openRecord, recordHash, signRecord } from '../../sync/record/record.ts';
export {
  deriveKey,
  openWith,
  sealWith,
  sharedKey,
  unwrap,
  wrapFor,
} from '../../sync/record/seal.ts';
export {
  transferBodies as handedInBodies,
  transferredJws as handedInText,
} from '../../sync/record/transfer.ts';
export {
  clinicReport,
  fundReport,
  objectionReport,
  personReport,
  recordReport,
} from '../../sync/township/book/report.ts';
export { verifyTownship } from '../../sync/township/book/verify.ts';
export { openAdmission, signAdmission } from '../../sync/township/enrol/admission.ts';
export { createAuthority } from '../../sync/township/enrol/authority.ts';
export { createReceiver } from '../../sync/township/receive/receiver.ts';
export { openTownshipStore } from '../../sync/township/store/sqlite/store.ts';
export { openTownshipOffice } from '../../sync/township/township.ts';
