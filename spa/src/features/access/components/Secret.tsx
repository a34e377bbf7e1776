import { Button, Code, CopyButton, Group } from "@mantine/core";

import { useTranslation } from "../../../lib/i18n";

/** Something to copy that is shown this once. */
export function Secret({ text }: { text: string }) {
  const { t } = useTranslation("access");
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <Code block style={{ flex: 1, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button variant="default" size="compact-sm" onClick={copy}>
            {t(copied ? "copied" : "copy")}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
