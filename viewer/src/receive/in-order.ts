/**
 * Hands on in order what is ready at different times: a value at once, if nothing before it is still awaited. It
 * decides nothing about what it hands on.
 */
export class InOrder {
  private awaited = 0;
  private last: Promise<void> = Promise.resolve();

  /** Calls `then` with `value` as soon as it is there and all that was given before was handed on. */
  give<T>(value: T | Promise<T>, then: (value: T) => void): void {
    if (this.awaited === 0 && !(value instanceof Promise)) {
      then(value);
      return;
    }
    this.awaited += 1;
    this.last = this.last
      .then(() => value)
      .then((ready) => {
        this.awaited -= 1;
        then(ready);
      })
      // One message that breaks something must not stop those behind it.
      .catch((error: unknown) => {
        reportError(error);
      });
  }
}
