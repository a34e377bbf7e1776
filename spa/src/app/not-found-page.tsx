import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PageTitle } from '../components/page-title';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageTitle title={t('notFound.title')} lead={t('notFound.text')} />
      <Link to="/">{t('notFound.home')}</Link>
    </>
  );
}
