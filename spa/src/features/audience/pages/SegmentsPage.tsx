import { Anchor, Button } from "@mantine/core";
import { Link } from "react-router";

import type { Column } from "../../../components/DataTable";
import { DeleteDialog } from "../../../components/DeleteDialog";
import { ListPage } from "../../../components/ListPage";
import { RowButtons } from "../../../components/RowButtons";
import { Time } from "../../../components/Time";
import { useDialogTarget } from "../../../components/useDialogTarget";
import { useTranslation } from "../../../lib/i18n";
import { useListParams } from "../../../lib/list-params";
import { useMay } from "../../../lib/permissions";
import { useDeleteSegment } from "../api/delete-segment";
import { useSegmentPage } from "../api/list-segments";
import type { Segment } from "../api/types";
import "../locales/index";
import classes from "./page.module.css";

export default function SegmentsPage() {
  const { t } = useTranslation("audience");
  const params = useListParams({ ordering: "name" });
  const columns = useColumns();
  const remove = useDialogTarget<Segment>();
  const mayCreate = useMay("segments.create");
  const mayDelete = useMay("segments.delete");
  return (
    <>
      <ListPage
        texts="audience:segments"
        params={params}
        query={useSegmentPage(params)}
        columns={columns}
        rowKey={({ id }) => id}
        renderRowActions={
          mayDelete
            ? (segment: Segment) => (
                <RowButtons
                  remove={{
                    label: t("segments.deleteFor", { name: segment.name }),
                    run: () => remove.open(segment),
                  }}
                />
              )
            : undefined
        }
        newButton={
          mayCreate && (
            <Button component={Link} to="/manage/segments/new">
              {t("segments.new")}
            </Button>
          )
        }
      />
      <DeleteDialog
        dialog={remove}
        mutation={useDeleteSegment()}
        title={({ name }) => t("segments.deleteTitle", { name })}
        text={() => t("segments.deleteText")}
        done={({ name }) => t("segments.deleted", { name })}
      />
    </>
  );
}

function useColumns(): [Column<Segment>, ...Column<Segment>[]] {
  const { t } = useTranslation("audience");
  return [
    {
      id: "name",
      header: t("segments.name"),
      orderBy: "name",
      renderCell: ({ id, name }) => (
        <Anchor component={Link} to={`/manage/segments/${id}`} inherit>
          {name}
        </Anchor>
      ),
    },
    {
      id: "description",
      header: t("segments.description"),
      wide: true,
      renderCell: ({ description }) =>
        description === "" ? null : <span className={classes.quiet}>{description}</span>,
    },
    {
      id: "created",
      header: t("segments.created"),
      orderBy: "created_at",
      renderCell: ({ created_at }) => <Time at={created_at} />,
    },
  ];
}
