import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEventSource, type TestEventSource } from '../testing/event-source';
import { openEventStream, type StreamMessage, type StreamState } from './event-stream';

let states: StreamState[];
let messages: StreamMessage[];
let sources: TestEventSource[];
let close: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  states = [];
  messages = [];
  sources = [];
});

afterEach(() => {
  close();
  vi.useRealTimers();
});

function open(answer?: () => Promise<Response>) {
  const request = vi.fn((asked: Request) => {
    if (answer) return answer();
    const source = createEventSource();
    asked.signal.addEventListener('abort', () => {
      source.fail();
    });
    sources.push(source);
    return Promise.resolve(source.response);
  });
  close = openEventStream({
    path: '/api/v1/public/events/',
    fetch: request,
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
  });
  return request;
}

const settle = () => vi.advanceTimersByTimeAsync(0);

test('is live once the snapshot has come, and hands it on', async () => {
  open();
  await settle();
  expect(states).toEqual(['connecting']);
  sources[0]?.send('snapshot', { campaigns: [{ id: 1 }] });
  await settle();
  expect(states.at(-1)).toBe('live');
  expect(messages).toEqual([{ event: 'snapshot', data: { campaigns: [{ id: 1 }] } }]);
});

test('connects again at once, without being lost, when the server ends the stream', async () => {
  const request = open();
  await settle();
  sources[0]?.send('snapshot', { campaigns: [] });
  await settle();
  sources[0]?.end();
  await settle();
  expect(request).toHaveBeenCalledTimes(2);
  expect(states).not.toContain('lost');
});

test('says that it is lost when the line breaks, and recovers by itself', async () => {
  const request = open();
  await settle();
  sources[0]?.send('snapshot', { campaigns: [] });
  await settle();
  sources[0]?.fail();
  await settle();
  expect(states.at(-1)).toBe('lost');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(request).toHaveBeenCalledTimes(2);
  sources[1]?.send('snapshot', { campaigns: [] });
  await settle();
  expect(states.at(-1)).toBe('live');
});

test('takes 30 seconds without a byte for a dead line', async () => {
  open();
  await settle();
  sources[0]?.send('snapshot', { campaigns: [] });
  await vi.advanceTimersByTimeAsync(29_000);
  expect(states.at(-1)).toBe('live');
  sources[0]?.ping();
  await vi.advanceTimersByTimeAsync(29_000);
  expect(states.at(-1)).toBe('live');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(states).toContain('lost');
});

test('waits longer and longer between attempts, up to 15 seconds', async () => {
  const request = open(() => Promise.reject(new TypeError('refused')));
  await settle();
  const gaps: number[] = [];
  for (let attempts = 1; attempts < 7; attempts += 1) {
    let gap = 0;
    while (request.mock.calls.length === attempts) {
      await vi.advanceTimersByTimeAsync(500);
      gap += 500;
    }
    gaps.push(gap);
  }
  expect(gaps).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
});

test('tries at once when the browser is online again', async () => {
  const request = open(() => Promise.resolve(new Response(null, { status: 503 })));
  await settle();
  expect(request).toHaveBeenCalledTimes(1);
  window.dispatchEvent(new Event('online'));
  await settle();
  expect(request).toHaveBeenCalledTimes(2);
});

test('asks no more after it has been closed', async () => {
  const request = open(() => Promise.reject(new TypeError('refused')));
  await settle();
  close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(request).toHaveBeenCalledTimes(1);
});
