import { Anchor, Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { DataTable, type Column } from "../../../components/DataTable";
import { PageControl } from "../../../components/PageControl";
import { PageHeader } from "../../../components/PageHeader";
import { SearchField } from "../../../components/SearchField";
import { useFormat } from "../../../lib/format";
import { useSession } from "../../../lib/session";
import { useUrlParams } from "../../../lib/url-params";
import { useMailingListPage } from "../api/list-mailing-lists";
import type { MailingList } from "../api/types";
import { DeleteListDialog } from "../components/DeleteListDialog";
import { ListDialog } from "../components/ListDialog";
import { PageBody } from "../components/PageBody";
import { RowButtons } from "../components/RowButtons";
import { useDialogTarget } from "../components/useDialogTarget";
import "../locales/index";
import classes from "./page.module.css";

export default function ListsPage() {
  const { t } = useTranslation("audience");
  const { user } = useSession();
  const { formatNumber } = useFormat();
  const { params, page, search, change } = useUrlParams();
  const ordering = params.get("ordering") ?? "name";
  const { data, error, refetch } = useMailingListPage({ page, search, ordering });
  const edit = useDialogTarget<MailingList>();
  const remove = useDialogTarget<MailingList>();
  const canChange = user?.may.includes("audience.write") ?? false;
  const newButton = canChange && <Button onClick={() => edit.open(null)}>{t("lists.new")}</Button>;
  return (
    <>
      <PageHeader title={t("lists.title")} description={t("lists.intro")} actions={newButton} />
      <div className={classes.toolbar}>
        <SearchField
          label={t("lists.search")}
          value={search}
          onSearch={(next) => change({ search: next })}
        />
      </div>
      <PageBody
        count={data?.count}
        error={error}
        isFiltered={search !== ""}
        emptyTitle={t("lists.empty")}
        emptyText={t("lists.emptyText")}
        emptyAction={newButton}
        onClear={() => change({ search: null })}
        onRetry={() => void refetch()}
      >
        <ListTable
          rows={data?.results}
          ordering={ordering}
          canChange={canChange}
          onOrder={(next) => change({ ordering: next })}
          onEdit={edit.open}
          onDelete={remove.open}
        />
        {data && (
          <PageControl
            label={t("lists.pages")}
            summary={t("lists.count", { count: data.count, formatted: formatNumber(data.count) })}
            count={data.count}
            page={page}
            onChange={(next) => change({ page: String(next) })}
          />
        )}
      </PageBody>
      <ListDialog opened={edit.opened} list={edit.target} onClose={edit.close} />
      {remove.target && (
        <DeleteListDialog
          key={remove.target.id}
          opened={remove.opened}
          list={remove.target}
          onClose={remove.close}
        />
      )}
    </>
  );
}

interface ListTableProps {
  rows: readonly MailingList[] | undefined;
  ordering: string;
  canChange: boolean;
  onOrder: (ordering: string) => void;
  onEdit: (list: MailingList) => void;
  onDelete: (list: MailingList) => void;
}

function ListTable({ rows, ordering, canChange, onOrder, onEdit, onDelete }: ListTableProps) {
  const { t } = useTranslation("audience");
  const { formatNumber, formatDate } = useFormat();
  const columns: [Column<MailingList>, ...Column<MailingList>[]] = [
    {
      id: "name",
      header: t("lists.name"),
      orderBy: "name",
      renderCell: ({ name }) => name,
    },
    {
      id: "description",
      header: t("lists.description"),
      wide: true,
      renderCell: ({ description }) =>
        description === "" ? null : <span className={classes.quiet}>{description}</span>,
    },
    {
      id: "subscribers",
      header: t("lists.subscribers"),
      orderBy: "subscriber_count",
      numeric: true,
      renderCell: ({ id, name, subscriber_count: count }) => (
        <Anchor
          component={Link}
          to={`/manage/subscribers?list=${id}`}
          aria-label={t("lists.show", { count, formatted: formatNumber(count), name })}
          inherit
        >
          {formatNumber(count)}
        </Anchor>
      ),
    },
    {
      id: "created",
      header: t("lists.created"),
      orderBy: "created_at",
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
      renderCell: (list) => (
        <RowButtons
          buttons={[
            {
              label: t("edit"),
              fullLabel: t("lists.editFor", { name: list.name }),
              onClick: () => onEdit(list),
            },
            {
              label: t("delete"),
              fullLabel: t("lists.deleteFor", { name: list.name }),
              isLosing: true,
              onClick: () => onDelete(list),
            },
          ]}
        />
      ),
    });
  }
  return (
    <DataTable
      caption={t("lists.table")}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      ordering={ordering}
      onOrder={onOrder}
    />
  );
}
