import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import { ErrorState } from "../../../components/ErrorState";
import { useFormat } from "../../../lib/format";
import { useTimeline } from "../api/get-timeline";
import type { Timeline } from "../api/types";
import { Panel } from "./Panel";
import { scaleTimeline, type TimelineScale } from "./timeline-scale";
import classes from "./TimelineChart.module.css";

const WIDTH = 1000;
const HEIGHT = 160;

export function TimelineChart({ id, running }: { id: number; running: boolean }) {
  const { t } = useTranslation("campaigns");
  const { data, error, refetch } = useTimeline(id, running);
  const scale = data && scaleTimeline(data);
  return (
    <Panel title={t("timeline.title")}>
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && !scale && <p className={classes.quiet}>{t("timeline.empty")}</p>}
      {data && scale && <Chart timeline={data} scale={scale} />}
    </Panel>
  );
}

interface ChartProps {
  timeline: Timeline;
  scale: TimelineScale;
}

function Chart({ timeline, scale }: ChartProps) {
  const { t } = useTranslation("campaigns");
  const { formatNumber, formatDate, formatDuration } = useFormat();
  const [isTableOpen, { toggle }] = useDisclosure(false);
  const tableId = useId();
  const duration = formatDuration(timeline.bucket_seconds);
  const summary = t("timeline.summary", {
    sent: formatNumber(scale.sent),
    failed: formatNumber(scale.failed),
    from: formatDate(scale.from),
    to: formatDate(scale.to),
    peak: formatNumber(scale.peak),
    duration,
  });
  return (
    <>
      <div className={classes.plot}>
        <span className={classes.peak} aria-hidden="true">
          {t("timeline.peak", { peak: formatNumber(scale.peak), duration })}
        </span>
        <svg
          role="img"
          aria-label={summary}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className={classes.chart}
        >
          {scale.bars.map((bar) => (
            <g key={bar.at}>
              <rect
                className={classes.sent}
                x={bar.x * WIDTH}
                width={bar.width * WIDTH}
                y={(1 - bar.sentHeight) * HEIGHT}
                height={bar.sentHeight * HEIGHT}
              />
              <rect
                className={classes.failed}
                x={bar.x * WIDTH}
                width={bar.width * WIDTH}
                y={(1 - bar.sentHeight - bar.failedHeight) * HEIGHT}
                height={bar.failedHeight * HEIGHT}
              />
            </g>
          ))}
        </svg>
      </div>
      <div className={classes.axis} aria-hidden="true">
        <span>{formatDate(scale.from)}</span>
        <span>{formatDate(scale.to)}</span>
      </div>
      <Button
        variant="subtle"
        size="compact-sm"
        mt="xs"
        aria-expanded={isTableOpen}
        aria-controls={tableId}
        onClick={toggle}
      >
        {t(isTableOpen ? "timeline.hideTable" : "timeline.showTable")}
      </Button>
      <div id={tableId} hidden={!isTableOpen} className={classes.tableFrame}>
        {isTableOpen && <PointsTable timeline={timeline} />}
      </div>
    </>
  );
}

function PointsTable({ timeline }: { timeline: Timeline }) {
  const { t, i18n } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  // Buckets may be a second long, so the table tells the seconds.
  const time = new Intl.DateTimeFormat(i18n.language, { dateStyle: "short", timeStyle: "medium" });
  return (
    <table className={classes.table}>
      <caption>{t("timeline.table")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("timeline.at")}</th>
          <th scope="col">{t("timeline.sent")}</th>
          <th scope="col">{t("timeline.failed")}</th>
        </tr>
      </thead>
      <tbody>
        {timeline.points.map(({ at, sent, failed }) => (
          <tr key={at}>
            <th scope="row">{time.format(new Date(at))}</th>
            <td>{formatNumber(sent)}</td>
            <td>{formatNumber(failed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
