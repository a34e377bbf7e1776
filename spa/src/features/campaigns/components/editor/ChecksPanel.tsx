import { Alert, List, Text } from "@mantine/core";

import { useTranslation } from "../../../../lib/i18n";
import { useChecks } from "../../api/check-campaign";

interface Props {
  campaignId: number;
  /** Of the state saved last. */
  version: string;
}

/** What to look at before it starts, each with what to do. */
export function ChecksPanel({ campaignId, version }: Props) {
  const { t } = useTranslation("campaigns");
  const { data: findings, error } = useChecks(campaignId, version);
  if (error) return <Text c="var(--ph-danger)">{t("editor.checks.failed")}</Text>;
  if (!findings) return null;
  const isRefused = findings.some(({ severity }) => severity === "error");
  return (
    <Alert
      color={isRefused ? "red" : findings.length > 0 ? "orange" : "green"}
      title={t(findings.length > 0 ? "editor.checks.title" : "editor.checks.clear")}
      role="region"
      aria-label={t("editor.checks.title")}
    >
      <List size="sm" spacing="xs">
        {findings.map(({ code, place, severity, detail, fix }) => (
          <List.Item key={`${code} ${place}`}>
            <strong>{t(`editor.checks.${severity}`)}</strong>: {detail} {fix}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
