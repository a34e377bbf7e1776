import { Anchor } from "@mantine/core";
import { Link } from "react-router";

import { CampaignProgress } from "../../../components/CampaignProgress";
import type { Column } from "../../../components/DataTable";
import { StatusBadge } from "../../../components/StatusBadge";
import { Time } from "../../../components/Time";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import type { CampaignListItem } from "../api/types";
import classes from "./campaign-columns.module.css";

/** The columns of the list of campaigns. */
export function useCampaignColumns(): [Column<CampaignListItem>, ...Column<CampaignListItem>[]] {
  const { t } = useTranslation("campaigns");
  return [
    {
      id: "name",
      header: t("list.name"),
      orderBy: "name",
      wide: true,
      renderCell: ({ id, name }) => (
        <Anchor component={Link} to={`/manage/campaigns/${id}`} inherit>
          {name}
        </Anchor>
      ),
    },
    {
      id: "status",
      header: t("list.status"),
      orderBy: "status",
      renderCell: ({ status }) => <StatusBadge status={status} />,
    },
    {
      id: "progress",
      header: t("list.progress"),
      orderBy: "sent",
      wide: true,
      renderCell: (campaign) => <Progress campaign={campaign} />,
    },
    {
      id: "updated",
      header: t("list.updated"),
      orderBy: "updated_at",
      renderCell: ({ updated_at }) => <Time at={updated_at} />,
    },
  ];
}

function Progress({ campaign }: { campaign: CampaignListItem }) {
  const { t } = useTranslation("campaigns");
  const { formatNumber, formatPercent, formatDuration } = useFormat();
  const { tally, percent, rate, eta_seconds: eta, status } = campaign;
  if (tally.total === 0) return <span className={classes.quiet}>{t("list.notFrozen")}</span>;
  const isRunning = status === "running";
  const pace = [
    isRunning && t("list.pace", { rate: formatNumber(rate) }),
    isRunning && eta !== null && t("list.eta", { duration: formatDuration(eta) }),
  ].filter(Boolean);
  return (
    <div className={classes.progress}>
      <CampaignProgress tally={tally} />
      <div className={classes.numbers}>
        <span>
          {t("list.sentTotal", {
            sent: formatNumber(tally.sent),
            total: formatNumber(tally.total),
          })}
        </span>
        <span className={classes.quiet}>{formatPercent(percent)}</span>
        {pace.length > 0 && <span className={classes.quiet}>{pace.join(" · ")}</span>}
      </div>
    </div>
  );
}
