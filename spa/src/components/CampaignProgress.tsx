import type { components } from "../api-schema";
import { useFormat } from "../lib/format";
import { useTranslation } from "../lib/i18n";
import classes from "./CampaignProgress.module.css";

type Tally = components["schemas"]["Tally"];

// In the order in which a delivery goes; what is pending is the empty rest of the bar.
const SEGMENTS = ["sent", "sending", "failed", "unknown", "skipped"] as const;

interface Props {
  /** With `sent` and `total` alone it is the simple bar. */
  tally: Pick<Tally, "sent" | "total"> & Partial<Tally>;
}

/** Where the segments stand; scaled and moved, never laid out anew, since they change all the time. */
function place(tally: Props["tally"]) {
  let before = 0;
  return SEGMENTS.map((segment) => {
    const count = tally[segment] ?? 0;
    const share = tally.total > 0 ? count / tally.total : 0;
    const transform = `translateX(${before * 100}%) scaleX(${share})`;
    before += share;
    return { segment, count, transform };
  });
}

export function CampaignProgress({ tally }: Props) {
  const { t } = useTranslation();
  const { formatNumber, formatPercent } = useFormat();
  const percent = tally.total > 0 ? (tally.sent / tally.total) * 100 : 0;
  const shown = place(tally);
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
      aria-valuenow={Math.floor(percent)}
      aria-valuetext={[`${formatPercent(percent)}, ${summary}`, ...others].join("; ")}
      aria-label={summary}
      className={classes.track}
    >
      {shown.map(
        ({ segment, count, transform }) =>
          count > 0 && (
            <span
              key={segment}
              className={classes.segment}
              data-segment={segment}
              style={{ transform }}
            />
          ),
      )}
    </div>
  );
}
