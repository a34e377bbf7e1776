/** A server's end of an event stream, driven by the test. */
export function createEventSource() {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const response = new Response(
    new ReadableStream<Uint8Array>({
      start(opened) {
        controller = opened;
      },
    }),
    { headers: { 'Content-Type': 'text/event-stream' } },
  );
  return {
    response,
    send(event: string, data: unknown) {
      controller?.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
    },
    ping() {
      controller?.enqueue(encoder.encode(': ping\n\n'));
    },
    end() {
      controller?.close();
    },
    fail() {
      controller?.error(new TypeError('network error'));
    },
  };
}

export type TestEventSource = ReturnType<typeof createEventSource>;
