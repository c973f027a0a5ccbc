--- Projects on disk for the scenarios: copies of the shared ones, real environments, an index that never answers.
local M = {}

local count = 0

---@param argv string[]
---@return string stdout
local function run(argv)
  local result = vim.system(argv, { text = true }):wait()
  assert(result.code == 0, ('%s: %s%s'):format(table.concat(argv, ' '), result.stdout, result.stderr))
  return vim.trim(result.stdout)
end

--- A fresh copy of a project of `tests/projects`. It lies below the home folder, above which no
--- environment is looked for: what else this machine has cannot be found.
---@param name string
---@return string root
function M.copy(name)
  count = count + 1
  local root = ('%s/projects-%d/%s'):format(vim.env.HOME, count, name)
  vim.fn.mkdir(vim.fs.dirname(root), 'p')
  run({ 'cp', '-R', ('%s/tests/projects/%s'):format(vim.env.VENV_LSP_PROJECT, name), root })
  return root
end

---@param path string
---@param lines string[]
function M.write(path, lines)
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  assert(vim.fn.writefile(lines, path) == 0, path)
end

--- A real environment without pip, which takes a tenth of the time.
---@param path string
function M.environment(path)
  run({ 'python3', '-m', 'venv', '--without-pip', path })
end

---@param path string
function M.environment_with_pip(path)
  run({ 'python3', '-m', 'venv', path })
end

---@param environment string
---@return string
local function site_packages(environment)
  local found = vim.fn.glob(environment .. '/lib/python*/site-packages', true, true)
  assert(#found == 1, 'no site-packages in ' .. environment)
  return found[1]
end

--- Leaves in the environment what an installer leaves of a distribution.
---@param environment string
---@param name string
---@return string folder
function M.put_distribution(environment, name)
  local folder = ('%s/%s-1.0.dist-info'):format(site_packages(environment), name:gsub('-', '_'))
  M.write(folder .. '/METADATA', { 'Metadata-Version: 2.1', 'Name: ' .. name, 'Version: 1.0' })
  M.write(folder .. '/INSTALLER', { 'pip' })
  return folder
end

---@param environment string
---@param name string
---@return boolean
function M.has_distribution(environment, name)
  local pattern = ('%s/lib/python*/site-packages/%s-*.dist-info'):format(environment, name:gsub('-', '_'))
  return vim.fn.glob(pattern) ~= ''
end

--- Installs into the environment, with its own pip and from the index of the run.
---@param environment string
---@param requirements string[]
function M.install(environment, requirements)
  local pip = { environment .. '/bin/python', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check' }
  run(vim.list_extend(pip, requirements))
end

--- Leaves the environment as it is after the Python that it was made with was removed.
---@param environment string
function M.take_python_away(environment)
  local gone = vim.env.HOME .. '/removed-python/bin'
  local links = vim.fn.glob(environment .. '/bin/python*', true, true)
  assert(#links > 0, 'no interpreter in ' .. environment)
  for _, link in ipairs(links) do
    -- The others of them lead to one of them.
    if vim.startswith(assert(vim.uv.fs_readlink(link)), '/') then
      assert(vim.uv.fs_unlink(link))
      assert(vim.uv.fs_symlink(gone .. '/' .. vim.fs.basename(link), link))
    end
  end
  local configuration = environment .. '/pyvenv.cfg'
  local lines = vim.tbl_map(function(line)
    return (line:gsub('^home = .*', 'home = ' .. gone))
  end, vim.fn.readfile(configuration))
  M.write(configuration, lines)
end

---@param from string
---@param to string
function M.copy_environment(from, to)
  run({ 'cp', '-R', from, to })
end

--- The environment that a script of an installer runs in, by its first line.
---@param script string
---@return string
function M.home_of(script)
  return (vim.fn.readfile(script, '', 1)[1]:gsub('^#!', ''):gsub('/bin/python[%d.]*$', ''))
end

---@param environment string
---@param module string
function M.check_import(environment, module)
  run({ environment .. '/bin/python', '-c', 'import ' .. module })
end

---@class SilentIndex
---@field env table<string, string|false> Makes installers ask this index and no other
---@field asked integer Connections that were made
---@field left integer Connections that ended from the other side
---@field close fun()

--- An index that takes every question and answers none: whoever asks it runs until it is stopped.
---@return SilentIndex
function M.silent_index()
  local server = assert(vim.uv.new_tcp())
  local sockets = { server }
  local index = { asked = 0, left = 0 }
  assert(server:bind('127.0.0.1', 0))
  assert(server:listen(16, function()
    local socket = assert(vim.uv.new_tcp())
    table.insert(sockets, socket)
    server:accept(socket)
    index.asked = index.asked + 1
    socket:read_start(function(problem, data)
      if problem or not data then
        index.left = index.left + 1
        socket:read_stop()
      end
    end)
  end))
  local url = ('http://127.0.0.1:%d/simple'):format(server:getsockname().port)
  index.env = {
    PIP_INDEX_URL = url,
    UV_DEFAULT_INDEX = url,
    PIP_DEFAULT_TIMEOUT = '3600',
    UV_HTTP_TIMEOUT = '3600',
    NO_PROXY = '127.0.0.1',
    PIP_EXTRA_INDEX_URL = false,
    PIP_FIND_LINKS = false,
    PIP_NO_INDEX = false,
    UV_INDEX = false,
    UV_INDEX_URL = false,
    UV_EXTRA_INDEX_URL = false,
    UV_FIND_LINKS = false,
    UV_OFFLINE = false,
  }
  index.close = function()
    for _, socket in ipairs(sockets) do
      if not socket:is_closing() then
        socket:close()
      end
    end
  end
  return index
end

return M
