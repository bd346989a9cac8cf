/// <reference lib="webworker" />
/** Runs the scanner off the main thread, in short steps, so that a newer query is heard. It decides nothing. */

import type { Answer, Request } from './messages';
import { Scanner } from './scanner';

/** After so many milliseconds of reading, what was found is sent and new requests are heard. */
const STEP_MS = 12;

const scanner = new Scanner();
const self = globalThis as unknown as DedicatedWorkerGlobalScope;
/** Wakes the worker for the next step, behind the requests that wait. */
const turn = new MessageChannel();
let isTurning = false;
let asked = 0;
let heard = 0;

function tell(answer: Answer): void {
  self.postMessage(answer);
}

function settled(): number {
  return scanner.isDone ? heard : 0;
}

/** Reads on, or says that there is nothing to read. */
function goOn(): void {
  if (scanner.isDone) tell({ tell: 'verdicts', number: asked, settled: heard, pages: [] });
  else if (!isTurning) turn.port2.postMessage(undefined);
  isTurning = !scanner.isDone;
}

turn.port1.onmessage = () => {
  isTurning = false;
  const until = performance.now() + STEP_MS;
  const pages = scanner.step(() => performance.now() > until);
  tell({ tell: 'verdicts', number: asked, settled: settled(), pages });
  if (!scanner.isDone) goOn();
};

self.onmessage = ({ data }: MessageEvent<Request>) => {
  if (data.do === 'drop') {
    scanner.drop(data.firstKey, data.count);
    return;
  }
  heard = data.number;
  switch (data.do) {
    case 'add':
      scanner.add(data.firstKey, data.texts, data.heads);
      break;
    case 'ask':
      asked = data.number;
      scanner.ask(data.query, data.near);
      break;
    case 'locate': {
      const { number, name, keys } = data;
      tell({ tell: 'located', number, settled: settled(), name, keys, found: scanner.locate(data.pattern, keys) });
      return;
    }
  }
  goOn();
};
