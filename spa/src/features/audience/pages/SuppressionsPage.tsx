import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { DataTable, type Column } from "../../../components/DataTable";
import { PageControl } from "../../../components/PageControl";
import { PageHeader } from "../../../components/PageHeader";
import { SearchField } from "../../../components/SearchField";
import { useFormat } from "../../../lib/format";
import { useSession } from "../../../lib/session";
import { useUrlParams } from "../../../lib/url-params";
import { useSuppressionPage } from "../api/list-suppressions";
import type { Suppression } from "../api/types";
import { PageBody } from "../components/PageBody";
import { RemoveSuppressionDialog } from "../components/RemoveSuppressionDialog";
import { RowButtons } from "../components/RowButtons";
import { SuppressionDialog } from "../components/SuppressionDialog";
import { useDialogTarget } from "../components/useDialogTarget";
import "../locales/index";
import classes from "./page.module.css";

export default function SuppressionsPage() {
  const { t } = useTranslation("audience");
  const { user } = useSession();
  const { formatNumber } = useFormat();
  const { page, search, change } = useUrlParams();
  const { data, error, refetch } = useSuppressionPage({ page, search });
  const add = useDialogTarget<never>();
  const remove = useDialogTarget<Suppression>();
  const canChange = user?.may.includes("audience.write") ?? false;
  const newButton = canChange && (
    <Button onClick={() => add.open(null)}>{t("suppressions.new")}</Button>
  );
  return (
    <>
      <PageHeader
        title={t("suppressions.title")}
        description={t("suppressions.intro")}
        actions={newButton}
      />
      <div className={classes.toolbar}>
        <SearchField
          label={t("suppressions.search")}
          value={search}
          onSearch={(next) => change({ search: next })}
        />
      </div>
      <PageBody
        count={data?.count}
        error={error}
        isFiltered={search !== ""}
        emptyTitle={t("suppressions.empty")}
        emptyText={t("suppressions.emptyText")}
        emptyAction={newButton}
        onClear={() => change({ search: null })}
        onRetry={() => void refetch()}
      >
        <SuppressionTable rows={data?.results} canChange={canChange} onRemove={remove.open} />
        {data && (
          <PageControl
            label={t("suppressions.pages")}
            summary={t("suppressions.count", {
              count: data.count,
              formatted: formatNumber(data.count),
            })}
            count={data.count}
            page={page}
            onChange={(next) => change({ page: String(next) })}
          />
        )}
      </PageBody>
      <SuppressionDialog opened={add.opened} onClose={add.close} />
      {remove.target && (
        <RemoveSuppressionDialog
          key={remove.target.id}
          opened={remove.opened}
          suppression={remove.target}
          onClose={remove.close}
        />
      )}
    </>
  );
}

interface SuppressionTableProps {
  rows: readonly Suppression[] | undefined;
  canChange: boolean;
  onRemove: (suppression: Suppression) => void;
}

function SuppressionTable({ rows, canChange, onRemove }: SuppressionTableProps) {
  const { t } = useTranslation("audience");
  const { formatDate } = useFormat();
  const columns: [Column<Suppression>, ...Column<Suppression>[]] = [
    { id: "email", header: t("suppressions.email"), wide: true, renderCell: ({ email }) => email },
    {
      id: "reason",
      header: t("suppressions.reason"),
      renderCell: ({ reason }) => t(`reason.${reason}`),
    },
    {
      id: "note",
      header: t("suppressions.note"),
      wide: true,
      renderCell: ({ note }) =>
        note === "" ? null : <span className={classes.quiet}>{note}</span>,
    },
    {
      id: "created",
      header: t("suppressions.created"),
      renderCell: ({ created_at: at }) => (
        <time dateTime={at} className={classes.quiet}>
          {formatDate(at)}
        </time>
      ),
    },
  ];
  if (canChange) {
    columns.push({
      id: "actions",
      header: t("actions"),
      hideHeader: true,
      renderCell: (suppression) => (
        <RowButtons
          buttons={[
            {
              label: t("suppressions.remove"),
              fullLabel: t("suppressions.removeFor", { email: suppression.email }),
              isLosing: true,
              onClick: () => onRemove(suppression),
            },
          ]}
        />
      ),
    });
  }
  return (
    <DataTable
      caption={t("suppressions.table")}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
    />
  );
}
