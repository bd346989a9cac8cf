/** Which lines the reader opened, and how far: the nodes of a line's tree. It knows no text. */

interface Open {
  readonly nodes: Map<string, boolean>;
  /** How many members of a node are shown, where the reader asked for more. */
  readonly shown: Map<string, number>;
  revision: number;
}

/** Members of an object or array that are shown at first, and more at each asking. */
export const MEMBERS = 100;

export class Opened {
  private readonly lines = new Map<number, Open>();
  private revisions = 0;

  isOpen(key: number): boolean {
    return this.lines.has(key);
  }

  /** Differs from before if the line `key` is to be drawn otherwise. */
  revision(key: number): number {
    return this.lines.get(key)?.revision ?? 0;
  }

  switch(key: number): void {
    if (!this.lines.delete(key)) this.lines.set(key, { nodes: new Map(), shown: new Map(), revision: this.next() });
  }

  isNodeOpen(key: number, path: string): boolean {
    return this.lines.get(key)?.nodes.get(path) ?? false;
  }

  switchNode(key: number, path: string): void {
    const open = this.lines.get(key);
    if (open === undefined) return;
    open.nodes.set(path, !this.isNodeOpen(key, path));
    open.revision = this.next();
  }

  shown(key: number, path: string): number {
    return this.lines.get(key)?.shown.get(path) ?? MEMBERS;
  }

  showMore(key: number, path: string): void {
    const open = this.lines.get(key);
    if (open === undefined) return;
    open.shown.set(path, this.shown(key, path) + MEMBERS);
    open.revision = this.next();
  }

  private next(): number {
    this.revisions += 1;
    return this.revisions;
  }
}
