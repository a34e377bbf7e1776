import { Button } from "@mantine/core";

import { ChoiceFilter } from "../../../components/ChoiceFilter";
import type { Column } from "../../../components/DataTable";
import { ListView } from "../../../components/ListView";
import { useDialogTarget } from "../../../components/useDialogTarget";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useListParams } from "../../../lib/list-params";
import { useMay } from "../../../lib/permissions";
import { useDeliveryList } from "../api/list-deliveries";
import { DELIVERY_STATUSES, type Campaign, type Delivery } from "../api/types";
import classes from "./Deliveries.module.css";
import { MarkSentDialog } from "./MarkSentDialog";
import { Panel } from "./Panel";

const isUnknown = ({ status }: Delivery) => status === "unknown";

export function Deliveries({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const params = useListParams({ filters: ["status"] });
  const wanted = params.valuesOf("status");
  const status = DELIVERY_STATUSES.filter((known) => wanted.includes(known));
  const query = useDeliveryList(campaign.id, { ...params, status }, campaign.status === "running");
  const columns = useColumns();
  const marking = useDialogTarget<readonly Delivery[]>();
  const mayMark = useMay("deliveries.mark_sent");
  const hasUnknown = mayMark && query.data?.results.some(isUnknown);
  return (
    <Panel title={t("deliveries.title")}>
      <ListView
        texts="campaigns:deliveries"
        params={params}
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        filters={
          <ChoiceFilter
            label={t("deliveries.statusFilter")}
            anyLabel={t("deliveries.statusAny")}
            choices={DELIVERY_STATUSES}
            labelOf={(choice) => common(`delivery.${choice}`)}
            value={status}
            onChange={(next) => params.change({ status: next })}
          />
        }
        renderRowActions={
          hasUnknown
            ? (delivery) =>
                isUnknown(delivery) && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={t("deliveries.markSentFor", { email: delivery.email })}
                    onClick={() => marking.open([delivery])}
                  >
                    {t("deliveries.markSent")}
                  </Button>
                )
            : undefined
        }
        selection={
          hasUnknown
            ? {
                labelOf: ({ email }) => t("deliveries.choose", { email }),
                isSelectable: isUnknown,
                renderActions: (chosen) => (
                  <Button size="compact-sm" variant="default" onClick={() => marking.open(chosen)}>
                    {t("deliveries.markSent")}
                  </Button>
                ),
              }
            : undefined
        }
      />
      <MarkSentDialog
        campaignId={campaign.id}
        deliveries={marking.target ?? []}
        opened={marking.opened}
        onClose={marking.close}
      />
    </Panel>
  );
}

function useColumns(): [Column<Delivery>, ...Column<Delivery>[]] {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const { formatNumber, formatDate } = useFormat();
  return [
    { id: "email", header: t("deliveries.email"), renderCell: ({ email }) => email },
    {
      id: "status",
      header: t("deliveries.status"),
      renderCell: ({ status }) => common(`delivery.${status}`),
    },
    {
      id: "attempts",
      header: t("deliveries.attempts"),
      numeric: true,
      renderCell: ({ attempts }) => formatNumber(attempts),
    },
    {
      id: "sentAt",
      header: t("deliveries.sentAt"),
      renderCell: ({ sent_at }) => (sent_at === null ? t("page.none") : formatDate(sent_at)),
    },
    {
      id: "detail",
      header: t("deliveries.detail"),
      wide: true,
      renderCell: ({ detail }) =>
        detail === "" ? null : <span className={classes.detail}>{detail}</span>,
    },
  ];
}
