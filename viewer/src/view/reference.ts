/** How an address names a source and a line. Pure; it looks nothing up. */

/** A line, by what lasts: docs/wire.md, "Identity". */
export interface LineReference {
  /** Of its source. */
  readonly identity: string;
  readonly epoch: number;
  /** Where the line begins in that life of the file, in bytes. */
  readonly offset: number;
}

/** The identity of a source in an address: agent and source with a dot between; agents' identities have none. */
export function writeSource(identity: string): string {
  return identity.replace('\0', '.');
}

export function readSource(text: string): string {
  return text.replace('.', '\0');
}

/** What to call a source of which nothing is known but its identity. */
export function unknownName(identity: string): string {
  const [agent = '', source = ''] = identity.split('\0');
  if (agent === '') return source === '' ? 'message' : source;
  return source === '' ? `unknown agent ${agent}` : `unknown file ${source}`;
}

export function writeLine({ identity, epoch, offset }: LineReference): string {
  return `${writeSource(identity)}.${String(epoch)}.${String(offset)}`;
}

/** The line that `text` names, or undefined if it names none. */
export function readLine(text: string): LineReference | undefined {
  const match = /^(.+)\.(\d{1,15})\.(\d{1,15})$/s.exec(text);
  if (match === null) return undefined;
  return { identity: readSource(match[1] ?? ''), epoch: Number(match[2]), offset: Number(match[3]) };
}
