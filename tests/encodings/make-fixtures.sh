#!/usr/bin/env bash
# Makes the files of kinds that nothing of this project writes: four quarters of plain colours as HEIC, in sRGB and in
# Display P3, and as JPEG XL. Needs Debian's libheif-examples and libjxl-tools. Run once: what the encoders write differs
# from version to version.
set -euo pipefail
cd "$(dirname "$0")/fixtures"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node --input-type=module -e "
import sharp from 'sharp';
const quarters = Buffer.from('<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"160\" height=\"120\">' +
  '<rect width=\"80\" height=\"60\" fill=\"#c83c28\"/><rect x=\"80\" width=\"80\" height=\"60\" fill=\"#3ca050\"/>' +
  '<rect y=\"60\" width=\"80\" height=\"60\" fill=\"#3c50b4\"/><rect x=\"80\" y=\"60\" width=\"80\" height=\"60\" fill=\"#f0dcb4\"/></svg>');
await sharp(quarters).png().toFile('$work/srgb.png');
await sharp(quarters).withIccProfile('p3').png().toFile('$work/p3.png');
"
heif-enc -q 90 -o quarters.heic "$work/srgb.png"
heif-enc -q 90 -o quarters-p3.heic "$work/p3.png"
cjxl "$work/srgb.png" quarters.jxl -q 90
