import { Button, Code } from "@mantine/core";

import type { Column } from "../../../components/DataTable";
import { DeleteDialog } from "../../../components/DeleteDialog";
import { ListPage } from "../../../components/ListPage";
import { RowButtons } from "../../../components/RowButtons";
import { Time } from "../../../components/Time";
import { useDialogTarget } from "../../../components/useDialogTarget";
import { useTranslation } from "../../../lib/i18n";
import { useListParams } from "../../../lib/list-params";
import { useApiKeyPage } from "../api/list-api-keys";
import { useRevokeApiKey } from "../api/revoke-api-key";
import type { ApiKey } from "../api/types";
import { ApiKeyDialog } from "../components/ApiKeyDialog";
import "../locales/index";

export default function ApiKeysPage() {
  const { t } = useTranslation("access");
  const params = useListParams();
  const columns = useColumns();
  const create = useDialogTarget<never>();
  const revoke = useDialogTarget<ApiKey>();
  return (
    <>
      <ListPage
        texts="access:keys"
        params={params}
        query={useApiKeyPage(params)}
        columns={columns}
        rowKey={({ id }) => id}
        renderRowActions={(key) => (
          <RowButtons
            remove={
              key.revoked_at === null && {
                text: t("keys.revoke"),
                label: t("keys.revokeFor", { name: key.name }),
                run: () => revoke.open(key),
              }
            }
          />
        )}
        newButton={<Button onClick={() => create.open(null)}>{t("keys.new")}</Button>}
      />
      <ApiKeyDialog opened={create.opened} onClose={create.close} />
      <DeleteDialog
        dialog={revoke}
        mutation={useRevokeApiKey()}
        title={({ name }) => t("keys.revokeTitle", { name })}
        text={() => t("keys.revokeText")}
        confirmLabel={t("keys.revoke")}
        done={({ name }) => t("keys.revokedDone", { name })}
      />
    </>
  );
}

function stateOf({ revoked_at, expires_at }: ApiKey): "revoked" | "expired" | "live" {
  if (revoked_at !== null) return "revoked";
  return expires_at !== null && new Date(expires_at) <= new Date() ? "expired" : "live";
}

function useColumns(): [Column<ApiKey>, ...Column<ApiKey>[]] {
  const { t } = useTranslation("access");
  return [
    { id: "name", header: t("keys.name"), wide: true, renderCell: ({ name }) => name },
    {
      id: "prefix",
      header: t("keys.prefix"),
      renderCell: ({ prefix }) => <Code>{prefix}…</Code>,
    },
    {
      id: "scopes",
      header: t("keys.scopes"),
      wide: true,
      renderCell: ({ scopes }) => scopes.map((scope) => t(`scope.${scope}`)).join(", "),
    },
    { id: "state", header: t("keys.state"), renderCell: (key) => t(`keys.${stateOf(key)}`) },
    {
      id: "expires",
      header: t("keys.expires"),
      renderCell: ({ expires_at }) =>
        expires_at === null ? t("keys.never") : <Time at={expires_at} />,
    },
    {
      id: "last-used",
      header: t("keys.lastUsed"),
      renderCell: ({ last_used_at }) =>
        last_used_at === null ? t("keys.never") : <Time at={last_used_at} />,
    },
  ];
}
