import { createParser } from 'eventsource-parser';

export type StreamState = 'connecting' | 'live' | 'lost';

export interface StreamMessage {
  event: string;
  data: unknown;
}

interface EventStreamOptions {
  path: string;
  fetch: (request: Request) => Promise<Response>;
  onMessage: (message: StreamMessage) => void;
  onState: (state: StreamState) => void;
  /** The server pings every 15 s: twice that without a byte means that the line is dead. */
  silenceMs?: number;
  firstDelayMs?: number;
  lastDelayMs?: number;
}

/**
 * Server-sent events over fetch, because EventSource can neither send the Authorization header nor say that a
 * silent connection is dead. Keeps connecting until closed.
 */
export function openEventStream({
  path,
  fetch: request,
  onMessage,
  onState,
  silenceMs = 30_000,
  firstDelayMs = 1_000,
  lastDelayMs = 15_000,
}: EventStreamOptions): () => void {
  let closed = false;
  let attempt = new AbortController();
  let wake: (() => void) | null = null;

  async function readOnce(): Promise<boolean> {
    attempt = new AbortController();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        attempt.abort();
      }, silenceMs);
    };
    let spoke = false;
    const parser = createParser({
      onEvent: ({ event, data }) => {
        spoke = true;
        onState('live');
        onMessage({ event: event ?? 'message', data: JSON.parse(data) as unknown });
      },
    });
    try {
      heard();
      const response = await request(
        new Request(new URL(path, window.location.origin), {
          headers: { Accept: 'text/event-stream' },
          cache: 'no-store',
          signal: attempt.signal,
        }),
      );
      if (!response.ok || !response.body) return false;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return spoke;
        heard();
        parser.feed(value);
      }
    } catch {
      return false;
    } finally {
      clearTimeout(silence);
      attempt.abort();
    }
  }

  async function run() {
    let delay = firstDelayMs;
    onState('connecting');
    while (!closed) {
      const endedWell = await readOnce();
      if (closed) return;
      if (endedWell) {
        // The server caps the life of a stream; that is no loss and needs no wait.
        delay = firstDelayMs;
        continue;
      }
      onState('lost');
      const wait = delay;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = null;
      delay = Math.min(delay * 2, lastDelayMs);
    }
  }

  const retryNow = () => wake?.();
  window.addEventListener('online', retryNow);
  void run();

  return () => {
    closed = true;
    window.removeEventListener('online', retryNow);
    attempt.abort();
    wake?.();
  };
}
