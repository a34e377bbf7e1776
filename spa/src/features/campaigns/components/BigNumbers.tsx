
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import type { Campaign } from "../api/types";
import classes from "./CampaignNumbers.module.css";

export function BigNumbers({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const { formatNumber, formatPercent, formatDuration } = useFormat();
  const { tally, percent, rate, eta_seconds: eta, status } = campaign;
  const isRunning = status === "running";
  const none = t("page.none");
  const numbers = [
    { key: "sent", value: formatNumber(tally.sent) },
    { key: "total", value: formatNumber(tally.total) },
    { key: "percent", value: formatPercent(percent) },
    { key: "rate", value: isRunning ? formatNumber(rate) : none },
    { key: "eta", value: isRunning && eta !== null ? formatDuration(eta) : none },
  ];
  return (
    <dl className={classes.numbers} aria-label={t("page.numbers")}>
      {numbers.map(({ key, value }) => (
        <div key={key} className={classes.number} data-lead={key === "sent" || undefined}>
          <dt>{t(`page.${key}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
