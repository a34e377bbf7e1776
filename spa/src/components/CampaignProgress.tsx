import { useTranslation } from "react-i18next";

import type { components } from "../api-schema";
import { useFormat } from "../lib/format";
import classes from "./CampaignProgress.module.css";

type Tally = components["schemas"]["Tally"];

// In the order in which a delivery goes; what is pending is the empty rest of the bar.
const SEGMENTS = ["sent", "sending", "failed", "unknown", "skipped"] as const;

interface Props {
  /** With `sent` and `total` alone it is the simple bar. */
  tally: Pick<Tally, "sent" | "total"> & Partial<Tally>;
  running: boolean;
}

export function CampaignProgress({ tally, running }: Props) {
  const { t } = useTranslation();
  const { formatNumber, formatPercent } = useFormat();
  const share = (count: number) => (tally.total > 0 ? (count / tally.total) * 100 : 0);
  const shown = SEGMENTS.map((segment) => ({ segment, count: tally[segment] ?? 0 }));
  const summary = t("progress", {
    sent: formatNumber(tally.sent),
    total: formatNumber(tally.total),
  });
  const others = [...shown.slice(1), { segment: "pending" as const, count: tally.pending ?? 0 }]
    .filter(({ count }) => count > 0)
    .map(({ segment, count }) => `${t(`delivery.${segment}`)}: ${formatNumber(count)}`);
  return (
    <div
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share(tally.sent))}
      aria-valuetext={[`${formatPercent(share(tally.sent))}, ${summary}`, ...others].join("; ")}
      aria-label={summary}
      className={classes.track}
      data-running={running || undefined}
    >
      {shown.map(({ segment, count }) => (
        <span
          key={segment}
          className={classes.segment}
          data-segment={segment}
          style={{ width: `${share(count)}%` }}
        />
      ))}
    </div>
  );
}
