import { Button, Group, Text, Tooltip } from "@mantine/core";

import { useTranslation } from "../../../lib/i18n";

const VARIABLES = [
  { code: "{{ name }}", meaning: "name" },
  { code: '{{ name|default:"friend" }}', meaning: "nameDefault" },
  { code: "{{ email }}", meaning: "email" },
  { code: "{{ attributes.city }}", meaning: "attribute" },
  { code: "{{ campaign_name }}", meaning: "campaignName" },
  { code: "{{ unsubscribe_url }}", meaning: "unsubscribeUrl" },
] as const;

interface Props {
  /** The label of the field that they go into. */
  into: string;
  disabled: boolean;
  onInsert: (variable: string) => void;
}

export function VariableButtons({ into, disabled, onInsert }: Props) {
  const { t } = useTranslation("campaigns");
  return (
    <div role="group" aria-label={t("variables.title")}>
      <Text size="sm" fw={500}>
        {t("variables.title")}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        {t("variables.hint")} {t("variables.into", { field: into })}
      </Text>
      <Group gap={6}>
        {VARIABLES.map(({ code, meaning }) => (
          <Tooltip key={code} label={t(`variables.${meaning}`)} events={TOOLTIP_EVENTS}>
            <Button
              size="compact-xs"
              variant="default"
              ff="monospace"
              fw={400}
              disabled={disabled}
              aria-label={t("variables.insert", { variable: code })}
              onClick={() => onInsert(code)}
            >
              {code}
            </Button>
          </Tooltip>
        ))}
      </Group>
    </div>
  );
}

const TOOLTIP_EVENTS = { hover: true, focus: true, touch: false };
