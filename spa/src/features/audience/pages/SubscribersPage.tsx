import { Button, Group, NativeSelect } from "@mantine/core";

import type { Column } from "../../../components/DataTable";
import { DeleteDialog } from "../../../components/DeleteDialog";
import { DownloadButton } from "../../../components/DownloadButton";
import { ListPage } from "../../../components/ListPage";
import { RowButtons } from "../../../components/RowButtons";
import { Time } from "../../../components/Time";
import { useDialogTarget } from "../../../components/useDialogTarget";
import { useTranslation } from "../../../lib/i18n";
import { useListParams, type ListParams } from "../../../lib/list-params";
import { useMay } from "../../../lib/permissions";
import { useAllMailingLists } from "../../../queries/mailing-lists";
import { useAllSegments } from "../../../queries/segments";
import { useDeleteSubscriber } from "../api/delete-subscriber";
import { useSubscriberPage } from "../api/list-subscribers";
import type { Subscriber } from "../api/types";
import { SubscriberDialog } from "../components/SubscriberDialog";
import "../locales/index";
import classes from "./page.module.css";

export default function SubscribersPage() {
  const { t } = useTranslation("audience");
  const params = useListParams({ ordering: "-created_at", filters: ["list", "segment"] });
  const list = idOf(params, "list");
  const segment = idOf(params, "segment");
  const columns = useColumns();
  const edit = useDialogTarget<Subscriber>();
  const remove = useDialogTarget<Subscriber>();
  const mayCreate = useMay("subscribers.create");
  const renderRowActions = useRowActions(edit.open, remove.open);
  return (
    <>
      <ListPage
        texts="audience:subscribers"
        params={params}
        query={useSubscriberPage({ ...params, list, segment })}
        columns={columns}
        rowKey={({ id }) => id}
        renderRowActions={renderRowActions}
        filters={
          <>
            <ListFilter params={params} />
            <SegmentFilter params={params} />
          </>
        }
        newButton={
          <Group gap="xs">
            <DownloadButton path={exportPath(params)} fileName="subscribers.csv">
              {t("export")}
            </DownloadButton>
            {mayCreate && (
              <Button onClick={() => edit.open(null)}>{t("subscribers.new")}</Button>
            )}
          </Group>
        }
      />
      <SubscriberDialog opened={edit.opened} subscriber={edit.target} onClose={edit.close} />
      <DeleteDialog
        dialog={remove}
        mutation={useDeleteSubscriber()}
        title={({ email }) => t("subscribers.deleteTitle", { email })}
        text={() => t("subscribers.deleteText")}
        done={({ email }) => t("subscribers.deleted", { email })}
      />
    </>
  );
}

/** Of exactly those whom the page shows, on all of its pages. */
function exportPath(params: ListParams): string {
  const query = new URLSearchParams();
  const list = idOf(params, "list");
  const segment = idOf(params, "segment");
  if (params.search !== "") query.set("search", params.search);
  if (list !== null) query.set("list", String(list));
  if (segment !== null) query.set("segment", String(segment));
  return `/api/v1/subscribers/export/?${query}`;
}

function idOf(params: ListParams, filter: "list" | "segment"): number | null {
  return Number(params.valuesOf(filter)[0]) || null;
}

function SegmentFilter({ params }: { params: ListParams }) {
  const { t } = useTranslation("audience");
  const { data: segments = [] } = useAllSegments();
  return (
    <NativeSelect
      aria-label={t("subscribers.segmentFilter")}
      value={idOf(params, "segment") ?? ""}
      data={[
        { value: "", label: t("subscribers.anySegment") },
        ...segments.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      onChange={(event) => params.change({ segment: event.currentTarget.value })}
    />
  );
}

function ListFilter({ params }: { params: ListParams }) {
  const { t } = useTranslation("audience");
  const { data: lists = [] } = useAllMailingLists();
  return (
    <NativeSelect
      aria-label={t("subscribers.listFilter")}
      value={idOf(params, "list") ?? ""}
      data={[
        { value: "", label: t("subscribers.anyList") },
        ...lists.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      onChange={(event) => params.change({ list: event.currentTarget.value })}
    />
  );
}

function useColumns(): [Column<Subscriber>, ...Column<Subscriber>[]] {
  const { t } = useTranslation("audience");
  const { data: lists = [] } = useAllMailingLists();
  const listNames = new Map(lists.map(({ id, name }) => [id, name]));
  return [
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
      renderCell: ({ created_at }) => <Time at={created_at} />,
    },
  ];
}

function useRowActions(
  onEdit: (subscriber: Subscriber) => void,
  onDelete: (subscriber: Subscriber) => void,
) {
  const { t } = useTranslation("audience");
  const mayEdit = useMay("subscribers.update");
  const mayDelete = useMay("subscribers.delete");
  if (!mayEdit && !mayDelete) return undefined;
  return (subscriber: Subscriber) => (
    <RowButtons
      edit={
        mayEdit && {
          label: t("subscribers.editFor", { email: subscriber.email }),
          run: () => onEdit(subscriber),
        }
      }
      remove={
        mayDelete && {
          label: t("subscribers.deleteFor", { email: subscriber.email }),
          run: () => onDelete(subscriber),
        }
      }
    />
  );
}
