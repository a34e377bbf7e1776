import { Alert, Button, Group, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from './confirm-dialog';

interface FormDialogProps {
  title: string;
  whole: string | null;
  pending: boolean;
  isDirty: () => boolean;
  onSubmit: (event: React.FormEvent<HTMLFormElement>) => void;
  onClose: () => void;
  children: ReactNode;
}

/** A short form in a dialog. Closing it half written asks first. */
export function FormDialog({
  title,
  whole,
  pending,
  isDirty,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const { t } = useTranslation('manage');
  const [leaving, setLeaving] = useState(false);
  const close = () => {
    if (isDirty()) setLeaving(true);
    else onClose();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form noValidate onSubmit={onSubmit} style={{ display: 'grid', gap: 16 }}>
        {whole !== null && (
          <Alert color="red" role="alert">
            {whole}
          </Alert>
        )}
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('action.back')}
          </Button>
          <Button type="submit" loading={pending}>
            {t('form.save')}
          </Button>
        </Group>
      </form>
      {leaving && (
        <ConfirmDialog
          title={t('unsaved.title')}
          confirm={t('unsaved.confirm')}
          pending={false}
          error={null}
          onConfirm={onClose}
          onClose={() => {
            setLeaving(false);
          }}
        >
          {t('unsaved.text')}
        </ConfirmDialog>
      )}
    </Modal>
  );
}
