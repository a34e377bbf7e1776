import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface RowActionsProps {
  /** Said to a screen reader, which hears the buttons without their row. */
  name: string;
  onEdit?: () => void;
  onDelete: () => void;
}

export function RowActions({ name, onEdit, onDelete }: RowActionsProps) {
  const { t } = useTranslation('manage');
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {onEdit && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('action.editNamed', { name })}
          onClick={onEdit}
        >
          {t('action.edit')}
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={t('action.deleteNamed', { name })}
        onClick={onDelete}
      >
        {t('action.delete')}
      </Button>
    </Group>
  );
}
