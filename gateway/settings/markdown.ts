import { DeviceSettings } from '../../drivers/settings.ts';
import { Settings } from '../../sync/contract/settings.ts';

/** What a member's schema says of it; TypeBox leaves annotations out of its types. */
interface Annotated {
  type?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
}

const HEAD = `# Settings

The one file that a vendor writes for a box: a JSON object in UTF-8 (GB18030 is read too, with a word). In a clinic it is \`/etc/cunyitong/settings.json\`.
The gateway checks it before anything else happens, and says every fault with its path and cure. The same check alone:

    cunyitong settings check FILE

Secrets do not belong in it. A file from before the list of devices, with \`reader\` and \`printer\`, is still read;
\`cunyitong settings check FILE --print\` prints it in today's form.

*Made from the schema in sync/contract/settings.ts by \`cunyitong settings docs\`; do not edit it.*
`;

/** docs/settings.md. */
export function settingsMarkdown(): string {
  const required: readonly string[] = Settings.required;
  const members = Object.entries(Settings.properties).map(([name, schema]) =>
    memberMarkdown(name, schema as Annotated, required.includes(name)),
  );
  return [HEAD, ...members, PLACES_HEAD, placesMarkdown()].join('\n');
}

const PLACES_HEAD = `## Where a device is attached

\`place\` is one of these; the driver says which of them it can do (docs/drivers.md). A member with a question mark may be
left out.
`;

function placesMarkdown(): string {
  const kinds: readonly { properties: object; required: readonly string[] }[] =
    DeviceSettings.properties.place.anyOf;
  const rows = kinds.map(({ properties, required }) => {
    const { kind, ...members } = properties as { kind: { const: string } };
    const names = Object.keys(members).map((name) => `\`${name}\`${required.includes(name) ? '' : '?'}`);
    return `| \`${kind.const}\` | ${names.join(', ')} |`;
  });
  return ['| `kind` | with |', '|---|---|', ...rows, ''].join('\n');
}

function memberMarkdown(name: string, schema: Annotated, required: boolean): string {
  const presence = required ? 'required' : `optional${defaultOf(schema)}`;
  const [example] = schema.examples ?? [];
  const text = JSON.stringify({ [name]: example }, null, 2).replace(/^/gm, '    ');
  return `## \`${name}\`\n\n${schema.type ?? ''}, ${presence}. ${schema.description ?? ''}\n\n${text}\n`;
}

const defaultOf = (schema: Annotated): string =>
  schema.default === undefined ? '' : `, ${JSON.stringify(schema.default)} when absent`;
