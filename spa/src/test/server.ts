import type { components } from "../api-schema";
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";

type Problem = components["schemas"]["Problem"];

/** The API of a test: each test says with `server.use` what it answers. */
export const server = setupServer();

/** An error as the API tells it. */
export function problem(
  status: number,
  code: string,
  rest: Partial<Problem> = {},
): HttpResponse<Problem> {
  const body: Problem = { type: "about:blank", title: "", detail: "", status, code, ...rest };
  return HttpResponse.json(body, {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });
}

export interface TestStream {
  send: (event: string, data: unknown) => void;
  end: () => void;
  fail: () => void;
}

/** Serves `path` as an event stream; the test waits for each connection, then speaks on it. */
export function serveEvents(path: string): { next: () => Promise<TestStream> } {
  const opened: TestStream[] = [];
  const waiting: ((stream: TestStream) => void)[] = [];
  server.use(
    http.get(path, () => {
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          const stream: TestStream = {
            send: (event, data) =>
              controller.enqueue(
                encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
              ),
            end: () => controller.close(),
            fail: () => controller.error(new Error("The connection broke.")),
          };
          const waiter = waiting.shift();
          if (waiter) waiter(stream);
          else opened.push(stream);
        },
      });
      return new HttpResponse(body, { headers: { "Content-Type": "text/event-stream" } });
    }),
  );
  return {
    next: () => {
      const stream = opened.shift();
      return stream ? Promise.resolve(stream) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}
