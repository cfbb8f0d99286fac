import { useEffect, useRef, useState } from 'react';
import type { View } from '@mushroom/recognition/decision/identification';
import { randomId } from '../../api/random-id.ts';
import { CODE_WITHIN, FILE_WITHIN, inTime } from '../../api/request-policy.ts';
import { keepInTab, keptInTab, mayHaveKept } from '../../kept/kept-in-tab.ts';
import { takeEarlyPhotos } from './early-photos.ts';
import type { Refusal, Remark, ShrinkResult } from './shrink-photo.ts';

/** Of one specimen. */
export const MOST_PHOTOS = 5;

export interface Photo {
  id: string;
  image: Blob;
  /** An object URL of `image`. */
  preview: string;
  view: View | null;
}

export interface Rejection {
  /** Of the file; empty where the camera took it. */
  name: string;
  reason: Refusal | 'too_many' | 'unreadable';
}

/** What to know about a photo that was taken. */
export interface Note {
  /** Of the file; empty where the camera took it. */
  name: string;
  remark: Remark;
}

/** @throws DOMException where it can't be read: a folder, a file that was moved, one whose cloud is out of reach. */
async function takeIn(file: Blob): Promise<ShrinkResult> {
  // Of a file that is gone, Chromium says that it is empty, until it is read.
  if (file.size === 0) await file.arrayBuffer();
  // Fetched with the first photo: the first page is there sooner without.
  const { shrinkPhoto } = await inTime(import('./shrink-photo.ts'), CODE_WITHIN);
  return shrinkPhoto(file);
}

/** What is kept of the photos: all but the address, which is the page's own. */
type KeptPhoto = Omit<Photo, 'preview'>;
const KEPT_AS = 'photos';

/** The photos of the specimen: added shrunk, in order, at most five; still there when the tab is opened again. */
export function usePhotos() {
  const [photos, setPhotos] = useState<Photo[]>([]);
  const [rejections, setRejections] = useState<Rejection[]>([]);
  const [notes, setNotes] = useState<Note[]>([]);
  const [preparing, setPreparing] = useState(0);
  const [restoring, setRestoring] = useState(mayHaveKept);
  const held = useRef<Photo[]>([]);

  function hold(next: Photo[]) {
    held.current = next;
    setPhotos(next);
    const kept = next.map(({ id, image, view }): KeptPhoto => ({ id, image, view }));
    keepInTab(KEPT_AS, kept.length > 0 ? kept : undefined);
  }

  useEffect(() => {
    if (!mayHaveKept()) return;
    void keptInTab(KEPT_AS).then((kept) => {
      const before = ((kept ?? []) as KeptPhoto[]).filter(({ id }) => !held.current.some((photo) => photo.id === id));
      if (before.length > 0) {
        const restored = before.map((photo) => ({ ...photo, preview: URL.createObjectURL(photo.image) }));
        // Those that were chosen meanwhile come after them.
        hold([...restored, ...held.current].slice(0, MOST_PHOTOS));
      }
      setRestoring(false);
    });
  }, []);

  useEffect(() => () => held.current.forEach(({ preview }) => URL.revokeObjectURL(preview)), []);

  /** @param view what the photos show, where that is known. */
  async function add(files: readonly Blob[], view: View | null = null) {
    if (files.length === 0) return;
    setRejections([]);
    setNotes([]);
    setPreparing((count) => count + files.length);
    // One after the other: five large photos decoded at once are too much for a phone's memory. Where one can't be read,
    // the others go on.
    for (const file of files) {
      const name = file instanceof File ? file.name : '';
      const result = await inTime(takeIn(file), FILE_WITHIN).catch(() => ({ refused: 'unreadable' as const }));
      setPreparing((count) => count - 1);
      if ('refused' in result) {
        setRejections((before) => [...before, { name, reason: result.refused }]);
      } else if (held.current.length >= MOST_PHOTOS) {
        setRejections((before) => [...before, { name, reason: 'too_many' }]);
      } else {
        setNotes((before) => [...before, ...result.remarks.map((remark) => ({ name, remark }))]);
        const preview = URL.createObjectURL(result.photo);
        hold([...held.current, { id: randomId(), image: result.photo, preview, view }]);
      }
    }
  }

  const taking = useRef(add);
  useEffect(() => {
    taking.current = add;
  });
  useEffect(() => takeEarlyPhotos((files) => void taking.current(files)), []);

  function remove(id: string) {
    const photo = held.current.find((candidate) => candidate.id === id);
    if (photo) URL.revokeObjectURL(photo.preview);
    hold(held.current.filter((candidate) => candidate.id !== id));
    setRejections([]);
    setNotes([]);
  }

  /** Puts a photo at another place in the order, counted from 0. */
  function move(id: string, to: number) {
    const photo = held.current.find((candidate) => candidate.id === id);
    if (!photo) return;
    const others = held.current.filter((candidate) => candidate !== photo);
    hold(others.toSpliced(to, 0, photo));
  }

  function setView(id: string, view: View | null) {
    hold(held.current.map((photo) => (photo.id === id ? { ...photo, view } : photo)));
  }

  function clear() {
    held.current.forEach(({ preview }) => URL.revokeObjectURL(preview));
    hold([]);
    setRejections([]);
    setNotes([]);
  }

  const full = photos.length >= MOST_PHOTOS;
  return { photos, rejections, notes, preparing: preparing > 0, restoring, full, add, remove, move, setView, clear };
}
