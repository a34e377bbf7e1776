
import type { components } from "../api-schema";
import { useTranslation } from "../lib/i18n";
import classes from "./StatusBadge.module.css";

export type CampaignStatus = components["schemas"]["CampaignStatus"];

export function StatusBadge({ status }: { status: CampaignStatus }) {
  const { t } = useTranslation();
  return (
    <span className={classes.badge} data-status={status}>
      <span className={classes.dot} aria-hidden="true" />
      {t(`status.${status}`)}
    </span>
  );
}
