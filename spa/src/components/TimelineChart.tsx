import { useId, useState } from "react";

import { useFormat } from "../lib/format";
import { useTranslation } from "../lib/i18n";
import { scaleTimeline, type Timeline, type TimelineScale } from "./timeline-scale";
import classes from "./TimelineChart.module.css";

const WIDTH = 1000;
const HEIGHT = 160;

/** Sent and failed over time, with axes, each bucket's numbers on hover and by keyboard, and a table. */
export function TimelineChart({ timeline, empty }: { timeline: Timeline; empty: string }) {
  const scale = scaleTimeline(timeline);
  if (!scale) return <p className={classes.quiet}>{empty}</p>;
  return <Chart timeline={timeline} scale={scale} />;
}

interface ChartProps {
  timeline: Timeline;
  scale: TimelineScale;
}

function Chart({ timeline, scale }: ChartProps) {
  const { t } = useTranslation();
  const { formatNumber, formatDuration } = useFormat();
  const moment = useMoment();
  const [isTableOpen, setTableOpen] = useState(false);
  const tableId = useId();
  const duration = formatDuration(timeline.bucket_seconds);
  const summary = t("chart.summary", {
    sent: formatNumber(scale.sent),
    failed: formatNumber(scale.failed),
    from: moment(scale.from),
    to: moment(scale.to),
    peak: formatNumber(scale.peak),
    duration,
  });
  return (
    <>
      <div className={classes.plot}>
        <span className={classes.peak} aria-hidden="true">
          {t("chart.peak", { peak: formatNumber(scale.peak), duration })}
        </span>
        <div className={classes.frame}>
          <svg
            role="img"
            aria-label={summary}
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
            className={classes.chart}
          >
            <line className={classes.grid} x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
            <path className={classes.sent} d={bars(scale, "sent")} />
            <path className={classes.failed} d={bars(scale, "failed")} />
          </svg>
          <Reader scale={scale} />
        </div>
      </div>
      <div className={classes.axis} aria-hidden="true">
        <span>{moment(scale.from)}</span>
        <span>{moment(scale.to)}</span>
      </div>
      <button
        type="button"
        className={classes.toggle}
        aria-expanded={isTableOpen}
        aria-controls={tableId}
        onClick={() => setTableOpen(!isTableOpen)}
      >
        {t(isTableOpen ? "chart.hideTable" : "chart.showTable")}
      </button>
      <div id={tableId} hidden={!isTableOpen}>
        {isTableOpen && (
          // It scrolls, so the keyboard must reach it.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <div className={classes.tableFrame} role="region" aria-label={t("chart.table")} tabIndex={0}>
            <PointsTable timeline={timeline} />
          </div>
        )}
      </div>
    </>
  );
}

/** Buckets may be a second long, so moments are told with their seconds. */
function useMoment(): (iso: string) => string {
  const { language } = useTranslation();
  const format = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" });
  return (iso) => format.format(new Date(iso));
}

/** All bars in one path: a chart of 240 buckets is two elements, however often it is drawn. */
function bars(scale: TimelineScale, kind: "sent" | "failed"): string {
  return scale.bars
    .map(({ x, width, sentHeight, failedHeight }) => {
      const height = kind === "sent" ? sentHeight : failedHeight;
      if (height === 0) return "";
      const bottom = kind === "sent" ? 0 : sentHeight;
      const place = [x * WIDTH, (1 - bottom) * HEIGHT, width * WIDTH, -height * HEIGHT];
      const [left, base, across, up] = place.map((value) => Math.round(value * 100) / 100);
      return `M${left} ${base}v${up}h${across}V${base}z`;
    })
    .join("");
}

/** An invisible slider above the bars: pointer, touch, keyboard and screen reader read it alike. */
function Reader({ scale }: { scale: TimelineScale }) {
  const { t } = useTranslation();
  const { formatNumber } = useFormat();
  const [at, setAt] = useState<number | null>(null);
  const moment = useMoment();
  const bar = at === null ? undefined : scale.bars[Math.min(at, scale.bars.length - 1)];
  const text =
    bar &&
    t("chart.read", {
      time: moment(bar.at),
      sent: formatNumber(bar.sent),
      failed: formatNumber(bar.failed),
    });

  /** The bar nearest to the pointer; empty buckets have none. */
  function pointAt(share: number) {
    const distances = scale.bars.map(({ x, width }) => Math.abs(x + width / 2 - share));
    setAt(distances.indexOf(Math.min(...distances)));
  }

  return (
    <>
      {bar && (
        <>
          <span
            className={classes.cursor}
            style={{ left: `${bar.x * 100}%`, width: `${bar.width * 100}%` }}
          />
          <output className={classes.reading}>{text}</output>
        </>
      )}
      <input
        type="range"
        className={classes.reader}
        min={0}
        max={scale.bars.length - 1}
        value={at ?? 0}
        aria-label={t("chart.choose")}
        aria-valuetext={text}
        onChange={(event) => setAt(Number(event.currentTarget.value))}
        onFocus={() => setAt((before) => before ?? scale.bars.length - 1)}
        onBlur={() => setAt(null)}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          pointAt((event.clientX - box.left) / box.width);
        }}
        onPointerLeave={() => setAt(null)}
      />
    </>
  );
}

function PointsTable({ timeline }: { timeline: Timeline }) {
  const { t } = useTranslation();
  const { formatNumber } = useFormat();
  const moment = useMoment();
  return (
    <table className={classes.table}>
      <caption>{t("chart.table")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("chart.at")}</th>
          <th scope="col">{t("chart.sent")}</th>
          <th scope="col">{t("chart.failed")}</th>
        </tr>
      </thead>
      <tbody>
        {timeline.points.map(({ at, sent, failed }) => (
          <tr key={at}>
            <th scope="row">{moment(at)}</th>
            <td>{formatNumber(sent)}</td>
            <td>{formatNumber(failed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
