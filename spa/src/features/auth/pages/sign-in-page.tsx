import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { PageTitle } from '../../../components/page-title';
import { SignInForm } from '../components/sign-in-form';
import classes from './sign-in-page.module.css';

/** Only a path of this site: an address from elsewhere must not be able to send people on. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/manage(?:[/?#]|$)/.test(next) ? next : '/manage';
}

export function SignInPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query] = useSearchParams();

  return (
    <div className={classes.card}>
      <PageTitle title={t('auth.signIn')} lead={t('auth.lead')} />
      <SignInForm onSignedIn={() => void navigate(safeNext(query.get('next')), { replace: true })} />
    </div>
  );
}
