import { doorKey, type Enrolment, meetingOf } from '../contract/enrolment.ts';

/** How an enrolled box logs in to the broker. Its client id is its user name: nobody else can take the connection. */
export const boxLogin = ({ mqtt }: Enrolment) => ({ clientId: mqtt.username, ...mqtt });

/** How a box that is not enrolled yet logs in: by what its code proves. Throws ENROL_CODE_UNKNOWN. */
export function enrolLogin(code: string) {
  const { topic, key } = meetingOf(code);
  const psk = doorKey(key);
  return {
    clientId: topic,
    username: topic,
    password: psk.toString('hex'),
    psk: { identity: topic, key: psk },
  };
}
