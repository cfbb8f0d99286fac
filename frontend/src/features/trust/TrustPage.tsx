import { Link } from 'react-router';
import { Page } from '../../design/Page.tsx';
import { VerdictMark } from '../../verdict/VerdictMark.tsx';
import { VERDICT_WORDS, VERDICTS_BY_DANGER } from '../../verdict/verdict-words.ts';
import { HowOftenWrong } from './HowOftenWrong.tsx';
import styles from './TrustPage.module.css';

export function TrustPage() {
  return (
    <Page
      title="How far to trust this"
      lead="Far enough to learn from and to be warned by. Never far enough to eat by."
    >
      <div className={styles.columns}>
        <div className={styles.text}>
          <section className={styles.section}>
            <h2>What an answer is</h2>
            <p>
              A model has seen photos of a few hundred kinds of mushrooms and compares yours with what it learned. It
              doesn’t smell, cut or feel it, knows nothing of the spores, and has never seen most of the world’s
              mushrooms. A deadly one can look exactly like a harmless one in every photo you take.
            </p>
          </section>
          <section className={styles.section}>
            <h2>How the verdict is found</h2>
            <p>
              Not from the first name alone. Everything the mushroom may be counts, weighed by how likely it is, and
              calling a poisonous one harmless counts a hundred times as bad as the reverse. So the verdict is often
              darker than the first name: that is meant.
            </p>
            <p>
              Where no species is sure enough, the answer is the genus; where no genus is, the answer is “we can’t
              tell”. Both are answers, not failures.
            </p>
          </section>
          <section className={styles.section}>
            <h2>What the verdicts mean</h2>
            <dl className={styles.verdicts}>
              {VERDICTS_BY_DANGER.map((verdict) => (
                <div key={verdict}>
                  <dt>
                    <VerdictMark verdict={verdict} />
                    {VERDICT_WORDS[verdict].name}
                  </dt>
                  <dd>{VERDICT_WORDS[verdict].meaning}</dd>
                </div>
              ))}
            </dl>
            <p>No verdict says that a mushroom may be eaten, and none is green.</p>
          </section>
          <section className={styles.section}>
            <h2>Other apps are no better proof</h2>
            <p>
              Toxicologists gave 78 mushrooms from a poisons centre to three popular identification apps. The best named
              49 % of them rightly, the other two 35 %, and none recognised every death cap. Their conclusion: not
              reliable enough to rule a poisoning out.{' '}
              <a href="https://doi.org/10.1080/15563650.2022.2162917">Hodgson et al., Clinical Toxicology, 2023</a>
            </p>
          </section>
          <section className={styles.section}>
            <h2>What happens to your photos</h2>
            <p>
              They are made smaller in your browser, which leaves out where and when they were taken, sent, looked at,
              and not kept. The region you choose for poison help stays on your device.
            </p>
          </section>
        </div>
        <div className={styles.aside}>
          <HowOftenWrong />
          <p>
            <Link to="/models">More numbers about the model</Link>
          </p>
        </div>
      </div>
    </Page>
  );
}
