import { Button, Group } from "@mantine/core";

import type { Column } from "../../../components/DataTable";
import { DeleteDialog } from "../../../components/DeleteDialog";
import { DownloadButton } from "../../../components/DownloadButton";
import { ListPage } from "../../../components/ListPage";
import { RowButtons } from "../../../components/RowButtons";
import { Time } from "../../../components/Time";
import { useDialogTarget } from "../../../components/useDialogTarget";
import { useTranslation } from "../../../lib/i18n";
import { useListParams } from "../../../lib/list-params";
import { useMay } from "../../../lib/permissions";
import { useDeleteSuppression } from "../api/delete-suppression";
import { useSuppressionPage } from "../api/list-suppressions";
import { suppressedOf, type Suppression } from "../api/types";
import { SuppressionDialog } from "../components/SuppressionDialog";
import "../locales/index";
import classes from "./page.module.css";

export default function SuppressionsPage() {
  const { t } = useTranslation("audience");
  const params = useListParams();
  const columns = useColumns();
  const add = useDialogTarget<never>();
  const remove = useDialogTarget<Suppression>();
  const mayCreate = useMay("suppressions.create");
  const mayDelete = useMay("suppressions.delete");
  return (
    <>
      <ListPage
        texts="audience:suppressions"
        params={params}
        query={useSuppressionPage(params)}
        columns={columns}
        rowKey={({ id }) => id}
        renderRowActions={
          mayDelete
            ? (suppression) => (
                <RowButtons
                  remove={{
                    text: t("suppressions.remove"),
                    label: t("suppressions.removeFor", { email: suppressedOf(suppression) }),
                    run: () => remove.open(suppression),
                  }}
                />
              )
            : undefined
        }
        newButton={
          <Group gap="xs">
            <DownloadButton path="/api/v1/suppressions/export/" fileName="suppressions.csv">
              {t("export")}
            </DownloadButton>
            {mayCreate && (
              <Button onClick={() => add.open(null)}>{t("suppressions.new")}</Button>
            )}
          </Group>
        }
      />
      <SuppressionDialog opened={add.opened} onClose={add.close} />
      <DeleteDialog
        dialog={remove}
        mutation={useDeleteSuppression()}
        title={(lifted) => t("suppressions.removeTitle", { email: suppressedOf(lifted) })}
        text={({ reason }) =>
          reason === "unsubscribed"
            ? t("suppressions.removeUnsubscribed")
            : t("suppressions.removeText", { reason: t(`reason.${reason}`) })
        }
        confirmLabel={t("suppressions.removeConfirm")}
        done={(lifted) => t("suppressions.removed", { email: suppressedOf(lifted) })}
      />
    </>
  );
}

function useColumns(): [Column<Suppression>, ...Column<Suppression>[]] {
  const { t } = useTranslation("audience");
  return [
    { id: "email", header: t("suppressions.email"), wide: true, renderCell: suppressedOf },
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
      renderCell: ({ created_at }) => <Time at={created_at} />,
    },
  ];
}
