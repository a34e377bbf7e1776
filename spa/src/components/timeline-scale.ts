import type { components } from "../api-schema";

export type Timeline = components["schemas"]["Timeline"];

export interface Bar {
  at: string;
  sent: number;
  failed: number;
  /** From 0 to 1 of the width and of the height. */
  x: number;
  width: number;
  sentHeight: number;
  failedHeight: number;
}

export interface TimelineScale {
  bars: Bar[];
  sent: number;
  failed: number;
  peak: number;
  from: string;
  to: string;
}

/** Places the buckets on a line of time; the empty ones, which the API leaves out, stay empty. */
export function scaleTimeline({ bucket_seconds: seconds, points }: Timeline): TimelineScale | null {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return null;
  const bucket = seconds * 1000;
  const start = Date.parse(first.at);
  const end = Date.parse(last.at) + bucket;
  const peak = Math.max(...points.map(({ sent, failed }) => sent + failed), 1);
  const width = bucket / (end - start);
  return {
    bars: points.map(({ at, sent, failed }) => ({
      at,
      sent,
      failed,
      x: (Date.parse(at) - start) / (end - start),
      width,
      sentHeight: sent / peak,
      failedHeight: failed / peak,
    })),
    sent: points.reduce((sum, point) => sum + point.sent, 0),
    failed: points.reduce((sum, point) => sum + point.failed, 0),
    peak,
    from: first.at,
    to: new Date(end).toISOString(),
  };
}
