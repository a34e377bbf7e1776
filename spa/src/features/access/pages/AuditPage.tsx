
import type { Column } from "../../../components/DataTable";
import { ListPage } from "../../../components/ListPage";
import { Time } from "../../../components/Time";
import { useTranslation } from "../../../lib/i18n";
import { useListParams } from "../../../lib/list-params";
import { useAuditPage } from "../api/list-audit";
import type { AuditEntry } from "../api/types";
import "../locales/index";

export default function AuditPage() {
  const params = useListParams();
  return (
    <ListPage
      texts="access:audit"
      params={params}
      query={useAuditPage(params)}
      columns={useColumns()}
      rowKey={({ id }) => id}
    />
  );
}

/** `name: Old → New`, of each field that an entry tells of. */
function changesOf({ before, after }: AuditEntry): string {
  return Object.entries(after)
    .map(([field, value]) => {
      const old = field in before ? `${plain(before[field])} → ` : "";
      return `${field}: ${old}${plain(value)}`;
    })
    .join("; ");
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function useColumns(): [Column<AuditEntry>, ...Column<AuditEntry>[]] {
  const { t } = useTranslation("access");
  return [
    { id: "at", header: t("audit.at"), renderCell: ({ at }) => <Time at={at} /> },
    { id: "actor", header: t("audit.actor"), renderCell: ({ actor_name }) => actor_name },
    { id: "action", header: t("audit.action"), renderCell: ({ action }) => action },
    {
      id: "object",
      header: t("audit.object"),
      renderCell: ({ topic, object_id }) => `${topic} ${object_id}`,
    },
    { id: "changes", header: t("audit.changes"), wide: true, renderCell: changesOf },
    { id: "address", header: t("audit.address"), renderCell: ({ address }) => address },
  ];
}
