import type { Enrolment } from '../contract/enrolment.ts';
import { deriveRendezvous, enrolmentPsk } from '../record/enrolment-code.ts';

/**
 * How an enrolled box logs in to the broker. Its client id is its user name: nobody else can take the
 * connection.
 */
export const boxLogin = ({ mqtt }: Enrolment) => ({ clientId: mqtt.username, ...mqtt });

/** How a box that is not enrolled yet logs in: by what its code proves. Throws ENROL_CODE_UNKNOWN. */
export function enrolLogin(code: string) {
  const { topic, key } = deriveRendezvous(code);
  const psk = enrolmentPsk(key);
  return {
    clientId: topic,
    username: topic,
    password: psk.toString('hex'),
    psk: { identity: topic, key: psk },
  };
}
