import { Button, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { DataTable, type Column } from "../../../components/DataTable";
import { PageControl } from "../../../components/PageControl";
import { PageHeader } from "../../../components/PageHeader";
import { SearchField } from "../../../components/SearchField";
import { useFormat } from "../../../lib/format";
import { useSession } from "../../../lib/session";
import { useUrlParams } from "../../../lib/url-params";
import { useAllMailingLists } from "../api/all-mailing-lists";
import { useSubscriberPage } from "../api/list-subscribers";
import type { Subscriber } from "../api/types";
import { DeleteSubscriberDialog } from "../components/DeleteSubscriberDialog";
import { PageBody } from "../components/PageBody";
import { RowButtons } from "../components/RowButtons";
import { SubscriberDialog } from "../components/SubscriberDialog";
import { useDialogTarget } from "../components/useDialogTarget";
import "../locales/index";
import classes from "./page.module.css";

export default function SubscribersPage() {
  const { t } = useTranslation("audience");
  const { user } = useSession();
  const { formatNumber } = useFormat();
  const { params, page, search, change } = useUrlParams();
  const ordering = params.get("ordering") ?? "email";
  const list = Number(params.get("list")) || null;
  const { data, error, refetch } = useSubscriberPage({ page, search, ordering, list });
  const edit = useDialogTarget<Subscriber>();
  const remove = useDialogTarget<Subscriber>();
  const canChange = user?.may.includes("audience.write") ?? false;
  const newButton = canChange && (
    <Button onClick={() => edit.open(null)}>{t("subscribers.new")}</Button>
  );
  return (
    <>
      <PageHeader
        title={t("subscribers.title")}
        description={t("subscribers.intro")}
        actions={newButton}
      />
      <div className={classes.toolbar}>
        <SearchField
          label={t("subscribers.search")}
          value={search}
          onSearch={(next) => change({ search: next })}
        />
        <ListFilter list={list} onChange={(next) => change({ list: next })} />
      </div>
      <PageBody
        count={data?.count}
        error={error}
        isFiltered={search !== "" || list !== null}
        emptyTitle={t("subscribers.empty")}
        emptyText={t("subscribers.emptyText")}
        emptyAction={newButton}
        onClear={() => change({ search: null, list: null })}
        onRetry={() => void refetch()}
      >
        <SubscriberTable
          rows={data?.results}
          ordering={ordering}
          canChange={canChange}
          onOrder={(next) => change({ ordering: next })}
          onEdit={edit.open}
          onDelete={remove.open}
        />
        {data && (
          <PageControl
            label={t("subscribers.pages")}
            summary={t("subscribers.count", {
              count: data.count,
              formatted: formatNumber(data.count),
            })}
            count={data.count}
            page={page}
            onChange={(next) => change({ page: String(next) })}
          />
        )}
      </PageBody>
      <SubscriberDialog opened={edit.opened} subscriber={edit.target} onClose={edit.close} />
      {remove.target && (
        <DeleteSubscriberDialog
          key={remove.target.id}
          opened={remove.opened}
          subscriber={remove.target}
          onClose={remove.close}
        />
      )}
    </>
  );
}

interface ListFilterProps {
  list: number | null;
  onChange: (list: string) => void;
}

function ListFilter({ list, onChange }: ListFilterProps) {
  const { t } = useTranslation("audience");
  const { data: lists = [] } = useAllMailingLists();
  return (
    <NativeSelect
      aria-label={t("subscribers.listFilter")}
      value={list === null ? "" : String(list)}
      data={[
        { value: "", label: t("subscribers.anyList") },
        ...lists.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface SubscriberTableProps {
  rows: readonly Subscriber[] | undefined;
  ordering: string;
  canChange: boolean;
  onOrder: (ordering: string) => void;
  onEdit: (subscriber: Subscriber) => void;
  onDelete: (subscriber: Subscriber) => void;
}

function SubscriberTable(props: SubscriberTableProps) {
  const { rows, ordering, canChange, onOrder, onEdit, onDelete } = props;
  const { t } = useTranslation("audience");
  const { formatDate } = useFormat();
  const { data: lists = [] } = useAllMailingLists();
  const listNames = new Map(lists.map(({ id, name }) => [id, name]));
  const columns: [Column<Subscriber>, ...Column<Subscriber>[]] = [
    {
      id: "email",
      header: t("subscribers.email"),
      orderBy: "email",
      wide: true,
      renderCell: ({ email, suppressed }) => (
        <>
          {email}
          {suppressed && (
            <span className={classes.suppressed} title={t("subscribers.suppressedHint")}>
              {t("subscribers.suppressed")}
            </span>
          )}
        </>
      ),
    },
    {
      id: "name",
      header: t("subscribers.name"),
      orderBy: "name",
      renderCell: ({ name }) => name,
    },
    {
      id: "lists",
      header: t("subscribers.lists"),
      wide: true,
      renderCell: (subscriber) => (
        <span className={classes.quiet}>
          {subscriber.lists
            .map((id) => listNames.get(id) ?? t("subscribers.missingList", { id }))
            .join(", ")}
        </span>
      ),
    },
    {
      id: "created",
      header: t("subscribers.created"),
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
      renderCell: (subscriber) => (
        <RowButtons
          buttons={[
            {
              label: t("edit"),
              fullLabel: t("subscribers.editFor", { email: subscriber.email }),
              onClick: () => onEdit(subscriber),
            },
            {
              label: t("delete"),
              fullLabel: t("subscribers.deleteFor", { email: subscriber.email }),
              isLosing: true,
              onClick: () => onDelete(subscriber),
            },
          ]}
        />
      ),
    });
  }
  return (
    <DataTable
      caption={t("subscribers.table")}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      ordering={ordering}
      onOrder={onOrder}
    />
  );
}
