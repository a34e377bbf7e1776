import { Anchor, Button } from "@mantine/core";
import { Link } from "react-router";

import type { Column } from "../../../components/DataTable";
import { DeleteDialog } from "../../../components/DeleteDialog";
import { ListPage } from "../../../components/ListPage";
import { RowButtons } from "../../../components/RowButtons";
import { Time } from "../../../components/Time";
import { useDialogTarget } from "../../../components/useDialogTarget";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useListParams } from "../../../lib/list-params";
import { useMay } from "../../../lib/permissions";
import { useDeleteMailingList } from "../api/delete-mailing-list";
import { useMailingListPage } from "../api/list-mailing-lists";
import type { MailingList } from "../api/types";
import { ListDialog } from "../components/ListDialog";
import "../locales/index";
import classes from "./page.module.css";

export default function ListsPage() {
  const { t } = useTranslation("audience");
  const { formatNumber } = useFormat();
  const params = useListParams({ ordering: "name" });
  const columns = useColumns();
  const edit = useDialogTarget<MailingList>();
  const remove = useDialogTarget<MailingList>();
  const mayCreate = useMay("lists.create");
  const renderRowActions = useRowActions(edit.open, remove.open);
  return (
    <>
      <ListPage
        texts="audience:lists"
        params={params}
        query={useMailingListPage(params)}
        columns={columns}
        rowKey={({ id }) => id}
        renderRowActions={renderRowActions}
        newButton={mayCreate && <Button onClick={() => edit.open(null)}>{t("lists.new")}</Button>}
      />
      <ListDialog opened={edit.opened} list={edit.target} onClose={edit.close} />
      <DeleteDialog
        dialog={remove}
        mutation={useDeleteMailingList()}
        title={({ name }) => t("lists.deleteTitle", { name })}
        text={({ subscriber_count: count }) =>
          count === 0
            ? t("lists.deleteEmpty")
            : t("lists.deleteText", { count, formatted: formatNumber(count) })
        }
        done={({ name }) => t("lists.deleted", { name })}
      />
    </>
  );
}

function useColumns(): [Column<MailingList>, ...Column<MailingList>[]] {
  const { t } = useTranslation("audience");
  const { formatNumber } = useFormat();
  return [
    {
      id: "name",
      header: t("lists.name"),
      orderBy: "name",
      renderCell: ({ name, tags }) => (
        <>
          {name}
          {tags.length > 0 && <span className={classes.quiet}>{` ${tags.join(", ")}`}</span>}
        </>
      ),
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
      id: "suppressed",
      header: t("lists.suppressed"),
      numeric: true,
      renderCell: ({ suppressed_count: count }) => formatNumber(count),
    },
    {
      id: "created",
      header: t("lists.created"),
      orderBy: "created_at",
      renderCell: ({ created_at }) => <Time at={created_at} />,
    },
  ];
}

function useRowActions(onEdit: (list: MailingList) => void, onDelete: (list: MailingList) => void) {
  const { t } = useTranslation("audience");
  const mayEdit = useMay("lists.update");
  const mayDelete = useMay("lists.delete");
  if (!mayEdit && !mayDelete) return undefined;
  return (list: MailingList) => (
    <RowButtons
      edit={mayEdit && { label: t("lists.editFor", { name: list.name }), run: () => onEdit(list) }}
      remove={
        mayDelete && { label: t("lists.deleteFor", { name: list.name }), run: () => onDelete(list) }
      }
    />
  );
}
