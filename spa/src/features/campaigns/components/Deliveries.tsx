import { Button, MultiSelect, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "../../../components/ConfirmDialog";
import { DataTable, type Column } from "../../../components/DataTable";
import { EmptyState } from "../../../components/EmptyState";
import { ErrorState } from "../../../components/ErrorState";
import { PageControl } from "../../../components/PageControl";
import { SearchField } from "../../../components/SearchField";
import { useFormat } from "../../../lib/format";
import { problemText } from "../../../lib/i18n";
import { useUrlParams } from "../../../lib/url-params";
import { useDeliveryList } from "../api/list-deliveries";
import { useMarkDeliverySent } from "../api/mark-delivery-sent";
import {
  DELIVERY_STATUSES,
  type Campaign,
  type Delivery,
  type DeliveryListParams,
} from "../api/types";
import classes from "./Deliveries.module.css";
import { Panel } from "./Panel";

interface Props {
  campaign: Campaign;
  canChange: boolean;
}

export function Deliveries({ campaign, canChange }: Props) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const { formatNumber } = useFormat();
  const { params, page, search, change } = useUrlParams();
  const [marking, setMarking] = useState<Delivery | null>(null);
  const wanted = params.getAll("status");
  const shown: DeliveryListParams = {
    page,
    search,
    status: DELIVERY_STATUSES.filter((status) => wanted.includes(status)),
  };
  const { data, error, refetch } = useDeliveryList(
    campaign.id,
    shown,
    campaign.status === "running",
  );
  const isFiltered = search !== "" || shown.status.length > 0;
  return (
    <Panel title={t("deliveries.title")}>
      <div className={classes.toolbar}>
        <SearchField
          label={t("deliveries.search")}
          value={search}
          onSearch={(next) => change({ search: next })}
        />
        <MultiSelect
          aria-label={t("deliveries.statusFilter")}
          placeholder={shown.status.length === 0 ? t("deliveries.statusAny") : ""}
          data={DELIVERY_STATUSES.map((value) => ({ value, label: common(`delivery.${value}`) }))}
          value={shown.status}
          onChange={(status) => change({ status })}
          clearable
        />
      </div>
      {!data && error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data?.count === 0 ? (
        <EmptyState
          title={t(isFiltered ? "deliveries.noMatch" : "deliveries.empty")}
          text={t(isFiltered ? "deliveries.noMatchText" : "deliveries.emptyText")}
        />
      ) : (
        <DeliveryTable rows={data?.results} canChange={canChange} onMark={setMarking} />
      )}
      {data && data.count > 0 && (
        <PageControl
          label={t("deliveries.pages")}
          summary={t("deliveries.count", {
            count: data.count,
            formatted: formatNumber(data.count),
          })}
          count={data.count}
          page={page}
          onChange={(next) => change({ page: String(next) })}
        />
      )}
      <MarkSentDialog
        campaignId={campaign.id}
        delivery={marking}
        onClose={() => setMarking(null)}
      />
    </Panel>
  );
}

interface DeliveryTableProps {
  rows: readonly Delivery[] | undefined;
  canChange: boolean;
  onMark: (delivery: Delivery) => void;
}

function DeliveryTable({ rows, canChange, onMark }: DeliveryTableProps) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const { formatNumber, formatDate } = useFormat();
  const columns: [Column<Delivery>, ...Column<Delivery>[]] = [
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
  if (canChange && rows?.some(({ status }) => status === "unknown")) {
    columns.push({
      id: "actions",
      header: t("deliveries.actions"),
      hideHeader: true,
      renderCell: (delivery) =>
        delivery.status === "unknown" && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={t("deliveries.markSentFor", { email: delivery.email })}
            onClick={() => onMark(delivery)}
          >
            {t("deliveries.markSent")}
          </Button>
        ),
    });
  }
  return (
    <DataTable
      caption={t("deliveries.table")}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
    />
  );
}

interface MarkSentDialogProps {
  campaignId: number;
  delivery: Delivery | null;
  onClose: () => void;
}

function MarkSentDialog({ campaignId, delivery, onClose }: MarkSentDialogProps) {
  const { t } = useTranslation("campaigns");
  const mark = useMarkDeliverySent(campaignId);

  function close() {
    mark.reset();
    onClose();
  }

  function confirm(confirmed: Delivery) {
    mark.mutate(confirmed.id, {
      onSuccess: ({ email }) => {
        notifications.show({ message: t("deliveries.markedSent", { email }), color: "green" });
        close();
      },
    });
  }

  return (
    <ConfirmDialog
      opened={delivery !== null}
      title={t("deliveries.markSentTitle")}
      confirmLabel={t("deliveries.markSentConfirm")}
      busy={mark.isPending}
      error={mark.error ? problemText(mark.error) : undefined}
      onConfirm={() => delivery && confirm(delivery)}
      onClose={close}
    >
      <Text>{t("deliveries.markSentText", { email: delivery?.email ?? "" })}</Text>
    </ConfirmDialog>
  );
}
