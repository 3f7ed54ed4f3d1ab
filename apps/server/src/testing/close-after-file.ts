import { closeAfterEachFile } from './after-file.ts';

closeAfterEachFile();
