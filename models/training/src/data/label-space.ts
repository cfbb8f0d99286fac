import type { Label } from '@mushroom/recognition/bundle/bundle.schema';
import type { SpeciesTable } from '@mushroom/recognition/taxonomy/species-table';
import { rollup } from 'd3-array';
import { NOT_A_MUSHROOM, type PhotoRecord } from './manifest.ts';

/**
 * The classes a classifier is trained on, and what a photo's label says about them. Labels are of mixed rank, so a
 * label is evidence for a *set* of classes: a species for itself, a genus for the sum of its species.
 */
export class LabelSpace {
  private readonly species = new Map<string, number>();
  private readonly others = new Map<string, number>();
  private readonly genera = new Map<string, number[]>();
  private readonly negative: number;
  private readonly mushrooms: readonly number[];

  constructor(
    readonly labels: readonly Label[],
    private readonly table: SpeciesTable,
  ) {
    labels.forEach((label, index) => {
      if (label.kind === 'not_a_mushroom') return;
      if (label.kind === 'species') this.species.set(label.taxon, index);
      else this.others.set(label.genus, index);
      this.genera.set(label.genus, [...(this.genera.get(label.genus) ?? []), index]);
    });
    this.negative = labels.findIndex((label) => label.kind === 'not_a_mushroom');
    this.mushrooms = labels.flatMap((label, index) => (label.kind === 'not_a_mushroom' ? [] : [index]));
  }

  /**
   * The classes that a photo of this label may belong to; empty where the label is of a genus that no class covers.
   * @throws Error where the species table does not know the label.
   */
  classesOf(label: string): readonly number[] {
    if (label === NOT_A_MUSHROOM) return this.negative < 0 ? [] : [this.negative];
    const taxon = taxonOf(this.table, label);
    if (taxon.rank === 'genus') return this.genera.get(taxon.genus) ?? [];
    const classIndex = this.species.get(taxon.name) ?? this.others.get(taxon.genus);
    return classIndex === undefined ? [] : [classIndex];
  }

  /**
   * The classes that a photo of this label teaches: those it may belong to, and where no class covers its genus all but
   * the negative one. Whatever it shows, it is a mushroom, and a model that never saw its like would call it none.
   * @throws Error where the species table does not know the label.
   */
  taughtClassesOf(label: string): readonly number[] {
    const classes = this.classesOf(label);
    return classes.length > 0 || label === NOT_A_MUSHROOM ? classes : this.mushrooms;
  }

  /** Whether the label is a species with a class of its own: what top-1 accuracy is counted over. */
  isKnownSpecies(label: string): boolean {
    return label !== NOT_A_MUSHROOM && this.species.has(taxonOf(this.table, label).name);
  }
}

function taxonOf(table: SpeciesTable, label: string) {
  const taxon = table.find(label);
  if (!taxon) throw new Error(`the species table has no "${label}"; add a row for it, with its sources`);
  return taxon;
}

/** @throws Error naming all labels that the species table lacks. */
export function requireKnownLabels(photos: readonly Pick<PhotoRecord, 'label'>[], table: SpeciesTable): void {
  const counts = rollup(
    photos.filter(({ label }) => label !== NOT_A_MUSHROOM && !table.find(label)),
    ({ length }) => length,
    ({ label }) => label,
  );
  if (counts.size === 0) return;
  const unknown = [...counts].map(([label, count]) => `"${label}" (photos: ${count})`).join(', ');
  throw new Error(`the species table has no ${unknown}; add a row for each, with its sources`);
}

/** A class for the rest of a genus needs this many photos where the genus has species classes beside it. */
const MIN_PHOTOS_OF_OTHERS = 4;

/**
 * Makes the classes from what there is to train on: every species with `minPhotos`; "another species of this genus"
 * where a genus has more than its classes; and not-a-mushroom if there are non-mushroom photos.
 */
export function labelSpaceOf(trainLabels: readonly string[], table: SpeciesTable, minPhotos: number): LabelSpace {
  const taxa = trainLabels.filter((label) => label !== NOT_A_MUSHROOM).map((label) => taxonOf(table, label));
  const ofRank = (wanted: string) => taxa.filter(({ rank }) => rank === wanted);
  const speciesPhotos = rollup(
    ofRank('species'),
    ({ length }) => length,
    ({ name }) => name,
  );
  const genusPhotos = rollup(
    ofRank('genus'),
    ({ length }) => length,
    ({ genus }) => genus,
  );

  const labels: Label[] = [];
  const withClass = new Set<string>();
  const rest = new Map<string, number>();
  for (const [name, photos] of [...speciesPhotos].sort(([a], [b]) => a.localeCompare(b))) {
    const { genus } = table.find(name)!;
    if (photos >= minPhotos) {
      labels.push({ kind: 'species', taxon: name, genus, family: table.familyOf(genus) ?? '' });
      withClass.add(genus);
    } else {
      rest.set(genus, (rest.get(genus) ?? 0) + photos);
    }
  }
  for (const genus of [...new Set([...rest.keys(), ...genusPhotos.keys()])].sort()) {
    const unnamed = rest.get(genus) ?? 0;
    const wanted = withClass.has(genus)
      ? unnamed >= MIN_PHOTOS_OF_OTHERS
      : unnamed + (genusPhotos.get(genus) ?? 0) >= minPhotos;
    if (wanted) labels.push({ kind: 'other_in_genus', genus, family: table.familyOf(genus) ?? '' });
  }
  if (taxa.length < trainLabels.length) labels.push({ kind: 'not_a_mushroom' });
  return new LabelSpace(labels, table);
}
