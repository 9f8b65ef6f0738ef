import { writtenItems } from '../../../../../lib/tools/twin/tables/private/writes';
import type { TableConfig } from '../../../../../lib/tools/twin/tables';

const table: TableConfig = {
  name: 't',
  keySchema: [
    { AttributeName: 'user', KeyType: 'HASH' },
    { AttributeName: 'at', KeyType: 'RANGE' },
  ],
  attributes: [],
  indexes: [],
  replicas: {},
};
const tables = new Map([['t', table]]);
const key = { user: { S: 'u' }, at: { N: '1' } };

describe('writtenItems', () => {
  test('takes the key out of an item that is put', () => {
    const body = { TableName: 't', Item: { more: { S: 'x' }, at: { N: '1' }, user: { S: 'u' } } };
    expect(writtenItems('PutItem', body, tables)).toEqual([{ table: 't', key }]);
  });

  test.each(['UpdateItem', 'DeleteItem'])('takes the key of %s', (operation) => {
    expect(writtenItems(operation, { TableName: 't', Key: key }, tables)).toHaveLength(1);
  });

  test('lists every item of a batch', () => {
    const batch = [{ PutRequest: { Item: key } }, { DeleteRequest: { Key: key } }];
    expect(writtenItems('BatchWriteItem', { RequestItems: { t: batch } }, tables)).toHaveLength(2);
  });

  test.each([
    ['a read', 'GetItem', { TableName: 't', Key: key }],
    ['a table that is not replicated', 'PutItem', { TableName: 'other', Item: key }],
    ['a request without a body', 'PutItem', {}],
  ])('finds nothing in %s', (_what, operation, body) => {
    expect(writtenItems(operation, body, tables)).toEqual([]);
  });
});
