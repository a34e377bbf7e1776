import { Anchor } from "@mantine/core";
import { Link } from "react-router";

import type { Column } from "../../../components/DataTable";
import { ListView } from "../../../components/ListView";
import { PageHeader } from "../../../components/PageHeader";
import { Time } from "../../../components/Time";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useListParams } from "../../../lib/list-params";
import { useMay } from "../../../lib/permissions";
import { useImportPage } from "../api/list-imports";
import type { ImportItem } from "../api/types";
import { UploadArea } from "../components/UploadArea";
import "../locales/index";

export default function ImportsPage() {
  const { t } = useTranslation("imports");
  const params = useListParams();
  const columns = useColumns();
  const mayCreate = useMay("imports.create");
  return (
    <>
      <PageHeader title={t("title")} description={t("intro")} />
      {mayCreate && <UploadArea />}
      <ListView
        texts="imports:list"
        params={params}
        query={useImportPage(params)}
        columns={columns}
        rowKey={({ id }) => id}
      />
    </>
  );
}

function useColumns(): [Column<ImportItem>, ...Column<ImportItem>[]] {
  const { t } = useTranslation("imports");
  const { formatNumber } = useFormat();
  return [
    {
      id: "file",
      header: t("list.file"),
      wide: true,
      renderCell: ({ id, file_name }) => (
        <Anchor component={Link} to={`/manage/imports/${id}`}>
          {file_name}
        </Anchor>
      ),
    },
    { id: "status", header: t("list.status"), renderCell: ({ status }) => t(`status.${status}`) },
    {
      id: "rows",
      header: t("count.rows_read"),
      renderCell: ({ rows_read }) => formatNumber(rows_read),
    },
    { id: "new", header: t("count.new"), renderCell: (row) => formatNumber(row.new) },
    {
      id: "rejected",
      header: t("count.rejected"),
      renderCell: ({ rejected }) => formatNumber(rejected),
    },
    {
      id: "created",
      header: t("list.created"),
      renderCell: ({ created_at }) => <Time at={created_at} />,
    },
  ];
}
