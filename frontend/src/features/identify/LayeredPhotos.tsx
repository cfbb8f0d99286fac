import type { GivenAnswer } from './identify-specimen.ts';
import styles from './LayeredPhotos.module.css';
import { LayerToggle } from './LayerToggle.tsx';
import { OwnPhotos } from './OwnPhotos.tsx';
import type { Photo } from './usePhotos.ts';
import { useOutlines } from './useOutlines.tsx';
import { useWhereItLooked } from './useWhereItLooked.tsx';

interface LayeredPhotosProps {
  answer: GivenAnswer;
  photos: readonly Photo[];
}

/** The photos of an answer that has just come, with what can be laid over them. */
export function LayeredPhotos({ answer, photos }: LayeredPhotosProps) {
  const looked = useWhereItLooked(answer, photos);
  const outlined = useOutlines(answer, photos);
  const layers = [looked.layer, outlined?.layer].filter((layer) => layer !== undefined);
  return (
    <div className={styles.layered}>
      <OwnPhotos photos={photos.map(({ preview }) => preview)} layers={layers} />
      <LayerToggle {...looked.toggle} />
      {outlined && <LayerToggle {...outlined.toggle} />}
    </div>
  );
}
