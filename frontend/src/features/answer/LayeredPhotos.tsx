import type { GivenAnswer } from '../../api/given-answer.ts';
import type { AskingAgain } from './asking-again.ts';
import styles from './LayeredPhotos.module.css';
import { LayerToggle } from './LayerToggle.tsx';
import { OwnPhotos } from './OwnPhotos.tsx';
import { useOutlines } from './useOutlines.tsx';
import { useWhereItLooked } from './useWhereItLooked.tsx';

interface LayeredPhotosProps extends AskingAgain {
  answer: GivenAnswer;
  /** Addresses of the photos that were judged, in their order. */
  photos: readonly string[];
}

/** The photos of an answer that has just come, with what can be laid over them. */
export function LayeredPhotos({ answer, photos, explain, outline }: LayeredPhotosProps) {
  const looked = useWhereItLooked(answer.id, explain);
  const outlined = useOutlines(answer, outline);
  const layers = [looked.layer, outlined?.layer].filter((layer) => layer !== undefined);
  return (
    <div className={styles.layered}>
      <OwnPhotos photos={photos} layers={layers} />
      <LayerToggle {...looked.toggle} />
      {outlined && <LayerToggle {...outlined.toggle} />}
    </div>
  );
}
