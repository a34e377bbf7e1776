import { Alert, Button, Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '../lib/problem-text';

interface ConfirmDialogProps {
  title: string;
  /** Says exactly what is lost. */
  children: ReactNode;
  confirm: string;
  danger?: boolean;
  pending: boolean;
  disabled?: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog({
  title,
  children,
  confirm,
  danger = true,
  pending,
  disabled = false,
  error,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {error !== null && (
        <Alert color="red" role="alert" mb="sm">
          {problemText(error, common)}
        </Alert>
      )}
      <div>{children}</div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={onClose}>
          {t('action.back')}
        </Button>
        <Button {...(danger && { color: 'red' })} loading={pending} disabled={disabled} onClick={onConfirm}>
          {confirm}
        </Button>
      </Group>
    </Modal>
  );
}
